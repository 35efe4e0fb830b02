"""Which plots the results give, by name."""

from collections.abc import Iterable, Sequence

from benchmarks.contests import accept, backlog, big_job, cores, footprint
from benchmarks.harness.contest import ContestOutcome, Standing
from benchmarks.harness.meters import ROLES
from benchmarks.reporting.plots import Bar, Series, bars, lines
from benchmarks.reporting.saturation import Serial, tasks_per_second

_OURS, _PEER, _LIMIT = range(3)
_MORE = {
    backlog.CONTEST.name: ("restart s", "list ms"),
    accept.CONTEST.name: ("p99 ms",),
    big_job.CONTEST.name: ("p99 ms",),
}
"""Figures that have a plot beside the score's, by contest."""
_MOST_WORKERS = 128


def pictures(outcomes: Sequence[ContestOutcome]) -> dict[str, str]:
    """SVG by name: the contest's, its spaces as `_`, then `-` and what is shown."""
    found: dict[str, str] = {}
    for outcome in outcomes:
        for figure in (outcome.score, *_MORE.get(outcome.name, ())):
            rows = list(_rows(outcome, figure))
            if len(rows) > 1:
                found[_name(outcome, figure)] = bars(outcome.name, figure, rows)
    queue = _standing(outcomes, cores.CONTEST.name, cores.QUEUE)
    library = _standing(outcomes, cores.CONTEST.name, cores.LIBRARY)
    if queue and library:
        found[f"{cores.CONTEST.name}-model"] = _model(queue, library)
    if ours := _standing(outcomes, footprint.CONTEST.name, footprint.OURS):
        found[f"{footprint.CONTEST.name}-memory"] = bars("PSS", "MB", list(_memory(ours)))
    return found


def _name(outcome: ContestOutcome, figure: str) -> str:
    shown = "".join(letter if letter.isalnum() else "_" for letter in figure)
    return f"{outcome.name.replace(' ', '_')}-{shown}"


def _rows(outcome: ContestOutcome, figure: str) -> Iterable[Bar]:
    limits = {standing.limit for standing in outcome.standings}
    for standing in outcome.standings:
        if figure in standing.medians:
            values = [run[figure] for run in standing.rounds]
            colour = _PEER if standing.peer else _LIMIT if standing.name in limits else _OURS
            yield Bar(standing.name, standing.medians[figure], min(values), max(values), colour)


def _standing(outcomes: Sequence[ContestOutcome], contest: str, name: str) -> Standing | None:
    outcome = next((each for each in outcomes if each.name == contest), None)
    return outcome.standing(name) if outcome else None


def _memory(ours: Standing) -> Iterable[Bar]:
    for role in ROLES:
        for colour, when in enumerate(("idle", "after all")):
            figure = f"{role} MB, {when}"
            values = [run[figure] for run in ours.rounds]
            name = f"{role}, {when}"
            yield Bar(name, ours.medians[figure], min(values), max(values), colour)


def _model(queue: Standing, library: Standing) -> str:
    queue_s = queue.medians["queue us"] / 1e6
    library_s = cores.TASK_S / library.medians["saturating workers"]
    serial = Serial(queue_s, library_s)
    alone = Serial(queue_s, 0.0)
    workers = range(1, _MOST_WORKERS + 1)
    dots = [(n, queue.medians[f"tasks/s, {n} sleeping"]) for n in cores.CROWDS]
    return lines(
        f"tasks a second over workers, {cores.TASK_S * 1000:g} ms a task",
        ("workers", "tasks/s"),
        [
            Series("model, the queue alone", _curve(workers, alone)),
            Series("measured, the queue alone", dots, dots=True),
            Series("model, with the library", _curve(workers, serial)),
        ],
    )


def _curve(workers: Iterable[int], serial: Serial) -> list[tuple[float, float]]:
    return [(n, tasks_per_second(n, cores.TASK_S, serial.queue_s, serial)) for n in workers]
