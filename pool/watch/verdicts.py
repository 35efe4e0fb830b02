"""What becomes of a task whose worker is gone: a rule of values.

The document that the worker was at is suspect, and pays; the tasks beside it go back as they are.
Where the worker was at none, whatever it held may have killed it.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

from gristmill.pool.dispatch.pending_job import Replacement
from gristmill.pool.watch.roster import Departure
from gristmill.schemas.manifest import JobError
from gristmill.schemas.results import PlannedDocument
from gristmill.schemas.retry import Decision, Failure, Strikes, decide, struck
from gristmill.schemas.settings import MIB
from gristmill.schemas.tasks import PLANNING, Task, TaskKind
from gristmill.schemas.workers import Glimpse

LIBRARY_RETRY_S = 1.0


class Standing(StrEnum):
    """How a lost task stands to the worker's end."""

    SUSPECT = "the worker was at one of its documents"
    BESIDE = "the worker was at a document of another task"
    BETWEEN = "the worker was at no document that it held"
    CANCELLED = "the worker was ended for its sake: its job was cancelled"


class Strike(NamedTuple):
    """One attempt more, and one strike of a kind, for a document."""

    job_id: str
    ordinal: int
    kind: str


class Fail(NamedTuple):
    """A document has failed."""

    job_id: str
    ordinal: int
    uri: str
    code: str
    message: str
    attempts: int


class Verdict(NamedTuple):
    """`effects` on the ledger come first, in order; then `parts` take the task's place, or the
    whole job ends with `error`."""

    parts: tuple[Replacement, ...] = ()
    error: JobError | None = None
    effects: tuple[Strike | Fail, ...] = ()


def standings(tasks: Sequence[Task], departure: Departure) -> list[Standing]:
    """How each of the tasks that a worker held stands to its end."""
    last, sentence = departure.loss.last, departure.sentence
    held = [last is not None and _holds(task, last) for task in tasks]
    suspect = Standing.SUSPECT
    if sentence is not None and sentence.failure is None and _is_about(departure):
        suspect = Standing.CANCELLED
    others = Standing.BESIDE if any(held) else Standing.BETWEEN
    return [suspect if each else others for each in held]


def to_read(
    task: Task, standing: Standing, departure: Departure, jitter: float
) -> tuple[int, int] | None:
    """Ordinals `first` to `last` (exclusive) whose pending documents `verdict` has to know; None
    where it needs none."""
    last = departure.loss.last
    if task.kind is TaskKind.PLAN:
        return None
    if standing is Standing.SUSPECT and last is not None:
        return last.ordinal, last.ordinal + 1
    if standing is Standing.BETWEEN and _judged(Failure.BETWEEN, task.strikes, jitter)[1].code:
        return task.first, task.last
    return None


def verdict(
    task: Task,
    standing: Standing,
    departure: Departure,
    pending: Sequence[PlannedDocument],
    jitter: float,
) -> Verdict:
    """What becomes of a task. `pending` is what `to_read` has asked for, as far as the ledger has
    it; `jitter` in [0, 1) spreads a wait."""
    last = departure.loss.last
    if standing is Standing.BETWEEN:
        return _lost_between(task, departure, pending, jitter)
    if standing is not Standing.SUSPECT or last is None:
        # Of a cancelled job the queue drops what is put back.
        return Verdict((Replacement(task),))
    if last.ordinal == PLANNING:
        return _strike_plan(task, departure, last, jitter)
    if task.kind is TaskKind.PLAN:
        return _strike_small(task, departure, last, jitter)
    return _strike(task, departure, last, pending, jitter)


def unread(task: Task) -> Verdict:
    """What becomes of a task where the ledger cannot be used now."""
    return Verdict((Replacement(task, LIBRARY_RETRY_S),))


def death(departure: Departure) -> str:
    """How a worker ended, for people, with its peak memory if that was seen."""
    peak = f", peak memory {departure.peak // MIB} MiB" if departure.peak else ""
    return f"{departure.loss.worker} {departure.loss.how}{peak}"


def _lost_between(
    task: Task, departure: Departure, pending: Sequence[PlannedDocument], jitter: float
) -> Verdict:
    """The worker was at none of the task's documents. Somebody killed it, most likely; or it
    died of what it was about to store, and so would every other."""
    strikes, decision = _judged(Failure.BETWEEN, task.strikes, jitter)
    if decision.code is None:
        return Verdict((_renewed(task, decision, strikes=strikes),))
    message = f"{death(departure)} before it was stored (attempt {sum(strikes.values())})"
    if task.kind is TaskKind.PLAN:
        return Verdict(error=JobError(decision.code, f"the plan: {message}"))
    # A task of each document; one that was alone already has failed.
    if len(pending) == 1:
        (only,) = pending
        return Verdict(effects=(_fail(task, only, decision.code, message, only.attempts + 1),))
    fresh = msgspec.structs.replace(task, strikes={})
    return Verdict(tuple(_only(fresh, each.ordinal) for each in pending))


def _strike_plan(task: Task, departure: Departure, last: Glimpse, jitter: float) -> Verdict:
    strikes, decision = _judged(Failure.PLANNING, task.strikes, jitter)
    if decision.code is None:
        return Verdict((_renewed(task, decision, strikes=strikes),))
    message = _message(departure, last, sum(strikes.values()))
    return Verdict(error=JobError(decision.code, f"while planning: {message}"))


def _strike_small(task: Task, departure: Departure, last: Glimpse, jitter: float) -> Verdict:
    """The job was done on the spot. Its next lease writes it to the ledger instead."""
    strikes, decision = _judged(_failure(departure), task.strikes, jitter)
    message = _message(departure, last, sum(strikes.values()))
    given_up = JobError(decision.code, message) if decision.code else None
    return Verdict(
        (_renewed(task, decision, strikes=strikes, suspect=last.ordinal, verdict=given_up),)
    )


def _strike(
    task: Task,
    departure: Departure,
    last: Glimpse,
    pending: Sequence[PlannedDocument],
    jitter: float,
) -> Verdict:
    """The suspect goes on alone, or not at all; its neighbours lose nothing."""
    ordinal, failure = last.ordinal, _failure(departure)
    rest = tuple(
        Replacement(msgspec.structs.replace(task, first=first, last=end))
        for first, end in ((task.first, ordinal), (ordinal + 1, task.last))
        if first < end
    )
    if not pending:
        return Verdict(rest)
    (suspect,) = pending
    strike = Strike(task.job_id, ordinal, failure.kind)
    _, decision = _judged(failure, suspect.strikes, jitter)
    if decision.code is None:
        return Verdict((*rest, _only(task, ordinal, decision.delay_s)), effects=(strike,))
    attempts = suspect.attempts + 1
    message = _message(departure, last, attempts)
    return Verdict(rest, effects=(strike, _fail(task, suspect, decision.code, message, attempts)))


def _judged(failure: Failure, before: Strikes, jitter: float) -> tuple[dict[str, int], Decision]:
    """The strikes with this failure, and what follows from them."""
    strikes = struck(before, failure.kind)
    return strikes, decide(failure, strikes[failure.kind], jitter)


def _renewed(task: Task, decision: Decision, **changes: object) -> Replacement:
    return Replacement(msgspec.structs.replace(task, **changes), decision.delay_s)


def _only(task: Task, ordinal: int, delay_s: float = 0.0) -> Replacement:
    return Replacement(msgspec.structs.replace(task, first=ordinal, last=ordinal + 1), delay_s)


def _fail(task: Task, lost: PlannedDocument, code: str, message: str, attempts: int) -> Fail:
    return Fail(task.job_id, lost.ordinal, lost.uri, code, message, attempts)


def _is_about(departure: Departure) -> bool:
    """Whether we ended the worker for the document that it was at, and not for an earlier one."""
    sentence, last = departure.sentence, departure.loss.last
    if sentence is None or last is None:
        return False
    return (sentence.job_id, sentence.ordinal) == (last.job_id, last.ordinal)


def _failure(departure: Departure) -> Failure:
    sentence = departure.sentence
    failure = sentence.failure if sentence is not None and _is_about(departure) else None
    return failure or Failure.CRASH


def _holds(task: Task, glimpse: Glimpse) -> bool:
    if glimpse.job_id != task.job_id:
        return False
    return task.kind is TaskKind.PLAN or task.first <= glimpse.ordinal < task.last


def _message(departure: Departure, last: Glimpse, attempt: int) -> str:
    place = f"stage {last.stage}" + (f", page {last.page}" if last.page else "")
    match _failure(departure):
        case Failure.TIMEOUT:
            return f"took longer than {last.timeout_s:g} s ({place}, attempt {attempt})"
        case Failure.MEMORY:
            over = f"was over the worker's memory limit: {death(departure)}"
            return f"{over} ({place}, attempt {attempt})"
        case _:
            ended = f"{death(departure)} while it was at this document"
            return f"{ended} ({place}, attempt {attempt})"
