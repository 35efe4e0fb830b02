"""What becomes of a task whose worker is gone: a rule of values.

The document that the worker was at is suspect, and pays; the tasks beside it go back as they are.
Where the worker was at none, whatever it held may have killed it.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

from gristmill.pool.dispatch.pending_job import Replacement
from gristmill.pool.watch.causes import cause
from gristmill.pool.watch.roster import Departure
from gristmill.schemas.configuration.settings import MIB
from gristmill.schemas.jobs.manifest import JobError
from gristmill.schemas.jobs.tasks import PLANNING, Blow, Task, TaskKind
from gristmill.schemas.jobs.workers import Glimpse, Manner
from gristmill.schemas.outcomes.retry import Decision, Failure, Strikes, decide, struck
from gristmill.schemas.telemetry.service_measures import CANCELLED, IDLE


class Standing(StrEnum):
    """How a lost task stands to the worker's end."""

    SUSPECT = "the worker was at one of its documents"
    BESIDE = "the worker was at a document of another task"
    BETWEEN = "the worker was at no document that it held"
    CANCELLED = "the worker was ended for its sake: its job was cancelled"


class LossVerdict(NamedTuple):
    """`parts` take the task's place, or the whole job ends with `error`."""

    parts: tuple[Replacement, ...] = ()
    error: JobError | None = None


def standings(tasks: Sequence[Task], departure: Departure) -> list[Standing]:
    """How each of the tasks that a worker held stands to its end."""
    last, sentence = departure.loss.last, departure.sentence
    held = [last is not None and _holds(task, last) for task in tasks]
    suspect = Standing.SUSPECT
    if sentence is not None and sentence.failure is None and _is_about(departure):
        suspect = Standing.CANCELLED
    others = Standing.BESIDE if any(held) else Standing.BETWEEN
    return [suspect if each else others for each in held]


def verdict(task: Task, standing: Standing, departure: Departure, jitter: float) -> LossVerdict:
    """What becomes of a task; `jitter` in [0, 1) spreads a wait. What the ledger has to know of it
    goes with the task: whoever does this has no time to wait for the library."""
    last = departure.loss.last
    if standing is Standing.BETWEEN:
        return _lost_between(task, departure, jitter)
    if standing is not Standing.SUSPECT or last is None:
        # Of a cancelled job the queue drops what is put back.
        return LossVerdict((Replacement(task),))
    if last.ordinal == PLANNING:
        return _strike_plan(task, departure, last, jitter)
    if task.kind is TaskKind.PLAN:
        return _strike_small(task, departure, last, jitter)
    return _strike(task, departure, last, jitter)


def lost_to(departure: Departure, tasks: Sequence[Task]) -> str | None:
    """What a worker was lost to, in a word; None for one that ended in good order."""
    sentence, how = departure.sentence, departure.loss.how
    if not tasks:
        return None if how[:2] == (Manner.EXIT, 0) and not how.words else IDLE
    if sentence is not None and sentence.failure is None:
        return CANCELLED
    return _failure(departure).kind


def death(departure: Departure, *, outside: bool = False) -> str:
    """How a worker ended, for people, with its peak memory if that was seen."""
    peak = f", peak memory {departure.peak // MIB} MiB" if departure.peak else ""
    whence = ", from outside" if outside else ""
    return f"{departure.loss.worker} {departure.loss.how}{whence}{peak}"


def _lost_between(task: Task, departure: Departure, jitter: float) -> LossVerdict:
    """The worker was at none of the task's documents. Somebody killed it, most likely; or it
    died of what it was about to store, and so would every other."""
    strikes, decision = _judged(Failure.BETWEEN, task.strikes, jitter)
    if decision.code is None:
        return LossVerdict((_renewed(task, decision, strikes=strikes),))
    how = f"{death(departure)} before it was stored"
    blow = Blow(Failure.BETWEEN.kind, how, code=decision.code)
    if task.kind is TaskKind.PLAN:
        message = f"the plan: {blow.told(sum(strikes.values()))}"
        return LossVerdict(error=JobError(decision.code, message))
    if task.last - task.first == 1:
        return LossVerdict(
            (Replacement(msgspec.structs.replace(task, strikes=strikes, blow=blow)),)
        )
    # A task of each document that there may be; whoever leases it sees whether there is one.
    fresh = msgspec.structs.replace(task, strikes={})
    return LossVerdict(tuple(_only(fresh, ordinal) for ordinal in range(task.first, task.last)))


def _strike_plan(task: Task, departure: Departure, last: Glimpse, jitter: float) -> LossVerdict:
    failure = _failure(departure)
    kept = failure if failure is Failure.KILLED else Failure.PLANNING
    strikes, decision = _judged(kept, task.strikes, jitter)
    if decision.code is None:
        alone = _goes_on_alone(task, departure, decision)
        return LossVerdict((_renewed(task, decision, strikes=strikes, alone=alone),))
    message = _blow(departure, last).told(sum(strikes.values()))
    return LossVerdict(error=JobError(decision.code, f"while planning: {message}"))


def _strike_small(task: Task, departure: Departure, last: Glimpse, jitter: float) -> LossVerdict:
    """The job was done on the spot. Its next lease writes it to the ledger instead."""
    strikes, decision = _judged(_failure(departure), task.strikes, jitter)
    message = _blow(departure, last).told(sum(strikes.values()))
    changes = {
        "strikes": strikes,
        "suspect": last.ordinal,
        "verdict": JobError(decision.code, message) if decision.code else None,
        "alone": _goes_on_alone(task, departure, decision),
    }
    return LossVerdict((_renewed(task, decision, **changes),))


def _strike(task: Task, departure: Departure, last: Glimpse, jitter: float) -> LossVerdict:
    """The suspect goes on alone, if at all; its neighbours lose nothing. Whether it goes on is for
    the ledger to say, which may know of strikes of an earlier run."""
    ordinal = last.ordinal
    rest = tuple(
        Replacement(msgspec.structs.replace(task, first=first, last=end))
        for first, end in ((task.first, ordinal), (ordinal + 1, task.last))
        if first < end
    )
    strikes, decision = _judged(_failure(departure), task.strikes, jitter)
    suspect = msgspec.structs.replace(
        task,
        strikes=strikes,
        blow=_blow(departure, last),
        alone=_goes_on_alone(task, departure, decision),
    )
    return LossVerdict((*rest, _only(suspect, ordinal, decision.delay_s)))


def _judged(failure: Failure, before: Strikes, jitter: float) -> tuple[dict[str, int], Decision]:
    """The strikes with this failure, and what follows from them."""
    strikes = struck(before, failure.kind)
    return strikes, decide(failure, strikes[failure.kind], jitter)


def _renewed(task: Task, decision: Decision, **changes: object) -> Replacement:
    return Replacement(msgspec.structs.replace(task, **changes), decision.delay_s)


def _only(task: Task, ordinal: int, delay_s: float = 0.0) -> Replacement:
    return Replacement(msgspec.structs.replace(task, first=ordinal, last=ordinal + 1), delay_s)


def _is_about(departure: Departure) -> bool:
    """Whether we ended the worker for the document that it was at, and not for an earlier one."""
    sentence, last = departure.sentence, departure.loss.last
    if sentence is None or last is None:
        return False
    return (sentence.job_id, sentence.ordinal) == (last.job_id, last.ordinal)


def _failure(departure: Departure) -> Failure:
    sentence = departure.sentence
    if sentence is not None and sentence.failure is not None and _is_about(departure):
        return sentence.failure
    return cause(departure.loss.how, sent_by_us=sentence is not None)


def _needs_all_memory(departure: Departure) -> bool:
    """Whether the kernel found the machine too small for all that ran."""
    return departure.sentence is None and _failure(departure) is Failure.MEMORY


def _goes_on_alone(task: Task, departure: Departure, decision: Decision) -> bool:
    return decision.code is None and (task.alone or _needs_all_memory(departure))


def _holds(task: Task, glimpse: Glimpse) -> bool:
    if glimpse.job_id != task.job_id:
        return False
    return task.kind is TaskKind.PLAN or task.first <= glimpse.ordinal < task.last


def _blow(departure: Departure, last: Glimpse) -> Blow:
    failure, died = _failure(departure), death(departure)
    match failure:
        case Failure.TIMEOUT:
            how = f"took longer than {last.timeout_s:g} s"
        case Failure.MEMORY if _needs_all_memory(departure):
            how = f"the machine had too little memory: {died} while it was at this document"
        case Failure.MEMORY:
            how = f"was over the worker's memory limit: {died}"
        case Failure.KILLED if departure.sentence is not None and _is_about(departure):
            how = f"its worker was stopped from outside, past its time of {last.timeout_s:g} s"
        case Failure.KILLED:
            died = death(departure, outside=True)
            how = f"{died}, while it was at this document"
        case _:
            how = f"{died} while it was at this document"
    place = f"stage {last.stage}" + (f", page {last.page}" if last.page else "")
    return Blow(failure.kind, how, place)
