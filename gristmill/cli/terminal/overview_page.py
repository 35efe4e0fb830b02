"""A service at a glance, for people: counts in words, then a line for each worker."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from gristmill.cli.terminal.output import print_table, say
from gristmill.cli.terminal.phrases import duration, size
from gristmill.schemas.overview import Amount, MachineView, OverviewView, WorkerView

_MIB = 1024 * 1024
_ENDED = ("succeeded", "partial", "failed", "cancelled")
COLUMNS = ("pid", "cpu", "memory", "done", "stage", "for", "uri")


def print_overview(view: OverviewView, rate: float | None, now: datetime) -> None:
    """Print it. `rate` is how many documents a second have ended lately, None where nobody knows;
    `now` is the time by this machine's clock."""
    for line in lines_of(view, rate, now):
        say(line)
    if view.workers:
        print_table(COLUMNS, [_row(each, now) for each in view.workers])


def lines_of(view: OverviewView, rate: float | None, now: datetime) -> Iterator[str]:
    """What is said above the workers."""
    yield f"jobs    {_now(view, now)}"
    ended = [f"{_count(view, state)} {state}" for state in _ENDED if _some(view, state)]
    yield f"24 h    {', '.join(ended) or 'no job has ended'}"
    if rate is not None:
        yield f"rate    {rate:.1f} documents a second"
    if view.machine is not None:
        yield f"room    {_room(view.machine)}"
    for each in view.advice:
        yield f"note    {each.message}"
        yield f"        {each.todo}"


def rate_between(before: OverviewView | None, view: OverviewView, seconds: float) -> float | None:
    """Documents a second that the same workers have ended from one look to the next."""
    if before is None or not before.workers or view.workers is None or seconds <= 0:
        return None
    done = {(each.host, each.pid): each.documents for each in before.workers}
    ended = sum(
        each.documents - done.get((each.host, each.pid), each.documents) for each in view.workers
    )
    return max(0, ended) / seconds


def _now(view: OverviewView, now: datetime) -> str:
    waiting = f"{_count(view, 'queued')} waiting"
    if view.depth:
        waiting += f" of {view.depth:,}"
    if view.oldest_waiting is not None:
        waited = max(0.0, (now - view.oldest_waiting).total_seconds())
        waiting += f", the oldest for {duration(waited)}"
    return f"{_count(view, 'running')} running, {waiting}"


def _some(view: OverviewView, state: str) -> bool:
    return view.jobs.get(state, Amount(0)).count > 0


def _count(view: OverviewView, state: str) -> str:
    amount = view.jobs.get(state, Amount(0))
    return f"{'over ' if amount.more else ''}{amount.count:,}"


def _room(machine: MachineView) -> str:
    disk = f"{size(machine.disk_free)} of {size(machine.disk_total)} disk free"
    return f"{disk}, {size(machine.memory_free)} of {size(machine.memory_total)} memory free"


def _row(each: WorkerView, now: datetime) -> Sequence[object]:
    stage = each.stage or "idle"
    if each.page is not None:
        stage += f", page {each.page}"
    since = each.since
    lasts = "" if since is None else duration(max(0.0, (now - since).total_seconds()))
    cpu = "" if each.cpu is None else f"{each.cpu} %"
    # Of a node's workers nobody here sees the memory.
    memory = size(each.memory) if each.memory else ""
    return each.pid, cpu, memory, f"{each.documents:,}", stage, lasts, each.uri or ""
