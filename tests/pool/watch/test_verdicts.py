"""What becomes of a task whose worker is gone, branch by branch."""

from typing import Any

import msgspec
import pytest

from gristmill.pool.dispatch.pending_job import Replacement
from gristmill.pool.watch.limits import NO_DOCUMENT
from gristmill.pool.watch.roster import Departure, Sentence
from gristmill.pool.watch.verdicts import (
    Fail,
    Standing,
    Strike,
    Verdict,
    death,
    standings,
    to_read,
    unread,
    verdict,
)
from gristmill.schemas.manifest import JobError
from gristmill.schemas.results import PlannedDocument
from gristmill.schemas.retry import Failure
from gristmill.schemas.settings import MIB
from gristmill.schemas.tasks import PLANNING, Task, TaskKind, WorkerId
from gristmill.schemas.workers import Death, Glimpse, Loss, Manner

ANN = WorkerId(7, 1.0)
KILLED = Death(Manner.SIGNAL, 9)
PLAN = Task(1, "job", TaskKind.PLAN)
RUN = Task(2, "job", TaskKind.RUN, 10, 20)
ALONE = Task(3, "job", TaskKind.RUN, 14, 15)
PART = Task(4, "job", TaskKind.RUN, 14, 15, part=2)
JITTER = 0.5
"""Which leaves three quarters of a wait."""
AT_14 = "worker 7 was ended by signal 9 while it was at this document (stage parse, page 3, "
FROM_OUTSIDE = "worker 7 was ended by signal 9 before it was stored (attempt "


def gone(
    ordinal: int | None = None,
    failure: Failure | None = None,
    *,
    ended_for: int | None = None,
    job_id: str = "job",
    peak: int = 0,
    how: Death = KILLED,
) -> Departure:
    """A worker that was at an ordinal (None: at none), and which we ended for `ended_for`."""
    at = None if ordinal is None else job_id
    last = Glimpse(ANN, at, -1 if ordinal is None else ordinal, 0.0, 5.0, 2.5, "parse", 3, 8)
    sentence = None if ended_for is None else Sentence(failure, job_id, ended_for)
    return Departure(Loss(ANN, how, last), sentence, peak)


def doc(ordinal: int = 14, attempts: int = 0, **strikes: int) -> PlannedDocument:
    return PlannedDocument(ordinal, f"{ordinal}.txt", 0, attempts=attempts, strikes=strikes)


def again(task: Task, delay_s: float = 0.0, **changes: Any) -> Replacement:
    return Replacement(msgspec.structs.replace(task, **changes), delay_s)


def only(ordinal: int, delay_s: float = 0.0) -> Replacement:
    return again(RUN, delay_s, first=ordinal, last=ordinal + 1)


LEFT, RIGHT = again(RUN, last=14), again(RUN, first=15)
_STRIKE = Strike("job", 14, "crash")
_STRUCK: dict[str, Any] = {"strikes": {"crash": 1}}


def fail(message: str, attempts: int, code: str = "crashed") -> Fail:
    return Fail("job", 14, "14.txt", code, message, attempts)


def between(count: int) -> dict[str, int]:
    return {"between": count}


BESIDE, BETWEEN, SUSPECT, CANCELLED = (
    Standing.BESIDE,
    Standing.BETWEEN,
    Standing.SUSPECT,
    Standing.CANCELLED,
)


@pytest.mark.parametrize(
    ("tasks", "departure", "expected"),
    [
        pytest.param([RUN], gone(14), [SUSPECT], id="at one of its documents"),
        pytest.param([RUN], gone(20), [BETWEEN], id="the end of a range is not in it"),
        pytest.param([RUN], gone(14, job_id="other"), [BETWEEN], id="at another job"),
        pytest.param([RUN], gone(), [BETWEEN], id="at none"),
        pytest.param([RUN], Departure(Loss(ANN, KILLED, None)), [BETWEEN], id="nothing was seen"),
        pytest.param([PLAN], gone(PLANNING), [SUSPECT], id="while it planned"),
        pytest.param([PLAN], gone(3), [SUSPECT], id="at a document of a small job"),
        pytest.param(
            [msgspec.structs.replace(PLAN, job_id="other"), RUN],
            gone(14),
            [BESIDE, SUSPECT],
            id="what is beside the suspect's task",
        ),
        pytest.param([RUN], gone(14, ended_for=14), [CANCELLED], id="ended for a cancel"),
        pytest.param([RUN], gone(14, ended_for=13), [SUSPECT], id="a cancel that came too late"),
        pytest.param([RUN], gone(14, Failure.TIMEOUT, ended_for=14), [SUSPECT], id="over a limit"),
        pytest.param(
            [RUN],
            gone(None, ended_for=NO_DOCUMENT, job_id=""),
            [BETWEEN],
            id="stuck between two documents",
        ),
    ],
)
def test_a_task_stands_in_some_way_to_the_end_of_its_worker(
    tasks: list[Task], departure: Departure, expected: list[Standing]
) -> None:
    assert standings(tasks, departure) == expected


@pytest.mark.parametrize(
    ("task", "departure", "pending", "expected"),
    [
        # The worker was at one of the documents of a range.
        pytest.param(
            RUN,
            gone(14),
            [doc()],
            Verdict((LEFT, RIGHT, only(14)), effects=(_STRIKE,)),
            id="the suspect goes on alone, its neighbours as they were",
        ),
        pytest.param(
            RUN, gone(14), [], Verdict((LEFT, RIGHT)), id="the suspect has ended before that"
        ),
        pytest.param(
            RUN,
            gone(10),
            [doc(10)],
            Verdict((again(RUN, first=11), only(10)), effects=(Strike("job", 10, "crash"),)),
            id="the first of its range",
        ),
        pytest.param(
            RUN,
            gone(14),
            [doc(14, 1, crash=1)],
            Verdict((LEFT, RIGHT), effects=(_STRIKE, fail(f"{AT_14}attempt 2)", 2))),
            id="the second crash is the last",
        ),
        pytest.param(
            RUN,
            gone(14),
            [doc(14, 3, memory=1, fetch=2)],
            Verdict((LEFT, RIGHT, only(14)), effects=(_STRIKE,)),
            id="each kind of failure has a budget of its own",
        ),
        pytest.param(
            ALONE,
            gone(14, Failure.TIMEOUT, ended_for=14),
            [doc()],
            Verdict(
                effects=(
                    Strike("job", 14, "timeout"),
                    fail("took longer than 2.5 s (stage parse, page 3, attempt 1)", 1, "timeout"),
                )
            ),
            id="over its time, at once",
        ),
        pytest.param(
            RUN,
            gone(14, Failure.MEMORY, ended_for=14, peak=300 * MIB),
            [doc()],
            Verdict((LEFT, RIGHT, only(14, 0.75)), effects=(Strike("job", 14, "memory"),)),
            id="over its memory, again after a wait",
        ),
        pytest.param(
            ALONE,
            gone(14, Failure.MEMORY, ended_for=14, peak=300 * MIB),
            [doc(14, 1, memory=1)],
            Verdict(
                effects=(
                    Strike("job", 14, "memory"),
                    fail(
                        "was over the worker's memory limit: worker 7 was ended by signal 9, "
                        "peak memory 300 MiB (stage parse, page 3, attempt 2)",
                        2,
                        "out_of_memory",
                    ),
                )
            ),
            id="over its memory twice",
        ),
        pytest.param(
            RUN,
            gone(14, Failure.TIMEOUT, ended_for=13),
            [doc()],
            Verdict((LEFT, RIGHT, only(14)), effects=(_STRIKE,)),
            id="ended for the document before: this one only crashed with it",
        ),
        pytest.param(
            PART,
            gone(14),
            [doc()],
            Verdict((again(PART),), effects=(_STRIKE,)),
            id="a part of a document is done again as that part",
        ),
        pytest.param(
            RUN, gone(14, ended_for=14), [], Verdict((again(RUN),)), id="its job was cancelled"
        ),
        # The worker was at a small job, or at a plan.
        pytest.param(
            PLAN,
            gone(0),
            [],
            Verdict((again(PLAN, suspect=0, **_STRUCK),)),
            id="a small job goes to the ledger with its suspect",
        ),
        pytest.param(
            msgspec.structs.replace(PLAN, strikes={"crash": 1}),
            gone(0),
            [],
            Verdict(
                (
                    again(
                        PLAN,
                        suspect=0,
                        strikes={"crash": 2},
                        verdict=JobError("crashed", f"{AT_14}attempt 2)"),
                    ),
                )
            ),
            id="the suspect of a small job is given up",
        ),
        pytest.param(
            PLAN,
            gone(PLANNING),
            [],
            Verdict((again(PLAN, strikes={"planning": 1}),)),
            id="a plan is tried again",
        ),
        pytest.param(
            msgspec.structs.replace(PLAN, strikes={"planning": 2}),
            gone(PLANNING),
            [],
            Verdict(error=JobError("crashed", f"while planning: {AT_14}attempt 3)")),
            id="a plan that kills ends its job",
        ),
        # The worker was at nothing that it held.
        pytest.param(
            RUN,
            gone(),
            [],
            Verdict((again(RUN, 0.1 * 0.75, strikes=between(1)),)),
            id="lost between documents, again after a short wait",
        ),
        pytest.param(
            msgspec.structs.replace(RUN, strikes=between(5)),
            gone(),
            [doc(11), doc(14)],
            Verdict((only(11), only(14))),
            id="lost between documents six times: one by one, with fresh budgets",
        ),
        pytest.param(
            msgspec.structs.replace(ALONE, strikes=between(5)),
            gone(),
            [doc()],
            Verdict(effects=(fail(f"{FROM_OUTSIDE}6)", 1),)),
            id="one that was alone has failed",
        ),
        pytest.param(
            msgspec.structs.replace(RUN, strikes=between(5)),
            gone(),
            [],
            Verdict(),
            id="nothing of it was left to do",
        ),
        pytest.param(
            msgspec.structs.replace(PLAN, strikes=between(5)),
            gone(),
            [],
            Verdict(error=JobError("crashed", f"the plan: {FROM_OUTSIDE}6)")),
            id="a plan that cannot be stored ends its job",
        ),
    ],
)
def test_a_lost_task_gets_its_verdict(
    task: Task, departure: Departure, pending: list[PlannedDocument], expected: Verdict
) -> None:
    (standing,) = standings([task], departure)
    assert verdict(task, standing, departure, pending, JITTER) == expected


def test_what_is_beside_the_suspect_goes_back_as_it_was() -> None:
    assert verdict(RUN, BESIDE, gone(14), [], JITTER) == Verdict((again(RUN),))


def test_where_the_ledger_cannot_be_used_a_task_comes_back_in_a_moment() -> None:
    assert unread(RUN) == Verdict((again(RUN, 1.0),))


@pytest.mark.parametrize(
    ("task", "departure", "span"),
    [
        pytest.param(RUN, gone(14), (14, 15), id="the suspect"),
        pytest.param(RUN, gone(14, ended_for=14), None, id="of a cancelled job, nothing"),
        pytest.param(RUN, gone(), None, id="lost for the first time, nothing"),
        pytest.param(
            msgspec.structs.replace(RUN, strikes=between(5)), gone(), (10, 20), id="all of it"
        ),
        pytest.param(PLAN, gone(0), None, id="of a small job, nothing"),
        pytest.param(
            msgspec.structs.replace(PLAN, strikes=between(5)), gone(), None, id="of a plan, nothing"
        ),
    ],
)
def test_the_ledger_is_asked_for_no_more_than_is_needed(
    task: Task, departure: Departure, span: tuple[int, int] | None
) -> None:
    (standing,) = standings([task], departure)
    assert to_read(task, standing, departure, JITTER) == span


@pytest.mark.parametrize(
    ("departure", "said"),
    [
        (gone(), "worker 7 was ended by signal 9"),
        (gone(peak=2 * MIB), "worker 7 was ended by signal 9, peak memory 2 MiB"),
        (gone(how=Death.of_exit_code(-11)), "worker 7 was ended by signal 11"),
        (gone(how=Death.of_exit_code(1)), "worker 7 ended with exit code 1"),
        (gone(how=Death.of_exit_code(None)), "worker 7 vanished"),
        (
            Departure(Loss(WorkerId(7, 1.0, "node3"), KILLED, None)),
            "worker 7 on node3 was ended by signal 9",
        ),
    ],
)
def test_a_death_is_told_to_people(departure: Departure, said: str) -> None:
    assert death(departure) == said
