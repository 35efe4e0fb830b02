"""What becomes of a task whose worker is gone, branch by branch."""

from typing import Any

import msgspec
import pytest

from gristmill.pool.dispatch.pending_job import Replacement
from gristmill.pool.watch.limits import NO_DOCUMENT
from gristmill.pool.watch.roster import Departure, Sentence
from gristmill.pool.watch.verdicts import (
    LossVerdict,
    Standing,
    death,
    lost_to,
    standings,
    verdict,
)
from gristmill.schemas.configuration.settings import MIB
from gristmill.schemas.jobs.manifest import JobError
from gristmill.schemas.jobs.tasks import PLANNING, Blow, Task, TaskKind, WorkerId
from gristmill.schemas.jobs.workers import Death, Glimpse, Loss, Manner
from gristmill.schemas.outcomes.retry import Failure

ANN = WorkerId(7, 1.0)
KILLED = Death(Manner.SIGNAL, 9)
CRASHED = Death(Manner.SIGNAL, 11)
NO_MEMORY = Death(Manner.SIGNAL, 9, short_of_memory=True)
PLAN = Task(1, "job", TaskKind.PLAN)
RUN = Task(2, "job", TaskKind.RUN, 10, 20)
ALONE = Task(3, "job", TaskKind.RUN, 14, 15)
PART = Task(4, "job", TaskKind.RUN, 14, 15, part=2)
JITTER = 0.5
"""Which leaves three quarters of a wait."""
PLACE = "stage parse, page 3"
AT_14 = "worker 7 was ended by signal 11 while it was at this document"
UNSTORED = "worker 7 was ended by signal 11 before it was stored"


def gone(
    ordinal: int | None = None,
    failure: Failure | None = None,
    *,
    ended_for: int | None = None,
    job_id: str = "job",
    peak: int = 0,
    how: Death = CRASHED,
) -> Departure:
    """A worker that was at an ordinal (None: at none), and which we ended for `ended_for`."""
    at = None if ordinal is None else job_id
    last = Glimpse(ANN, at, -1 if ordinal is None else ordinal, 0.0, 5.0, 2.5, "parse", 3, 8)
    sentence = None if ended_for is None else Sentence(failure, job_id, ended_for)
    return Departure(Loss(ANN, how, last), sentence, peak)


def again(task: Task, delay_s: float = 0.0, **changes: Any) -> Replacement:
    return Replacement(msgspec.structs.replace(task, **changes), delay_s)


def only(ordinal: int, delay_s: float = 0.0, **changes: Any) -> Replacement:
    return again(RUN, delay_s, first=ordinal, last=ordinal + 1, **changes)


LEFT, RIGHT = again(RUN, last=14), again(RUN, first=15)
CRASH = Blow("crash", AT_14, PLACE)
ONCE: dict[str, Any] = {"strikes": {"crash": 1}, "blow": CRASH}


_SHORT = (
    "the machine had too little memory: worker 7 was ended by signal 9 while it was at this "
    "document"
)
_KILLED = Blow(
    "killed", "worker 7 was ended by signal 9, from outside, while it was at this document", PLACE
)
_STOPPED = Blow("killed", "its worker was stopped from outside, past its time of 2.5 s", PLACE)


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
    ("task", "departure", "expected"),
    [
        # The worker was at one of the documents of a range.
        pytest.param(
            RUN,
            gone(14),
            LossVerdict((LEFT, RIGHT, only(14, **ONCE))),
            id="the suspect goes on alone, its neighbours as they were",
        ),
        pytest.param(
            RUN,
            gone(10),
            LossVerdict((again(RUN, first=11), only(10, **ONCE))),
            id="the first of its range",
        ),
        pytest.param(
            msgspec.structs.replace(ALONE, **ONCE),
            gone(14),
            LossVerdict((again(ALONE, strikes={"crash": 2}, blow=CRASH),)),
            id="the second crash is counted as the first was, and the ledger will say",
        ),
        pytest.param(
            msgspec.structs.replace(ALONE, strikes={"memory": 1}),
            gone(14),
            LossVerdict((again(ALONE, strikes={"memory": 1, "crash": 1}, blow=CRASH),)),
            id="each kind of failure has a budget of its own",
        ),
        pytest.param(
            ALONE,
            gone(14, Failure.TIMEOUT, ended_for=14),
            LossVerdict(
                (
                    again(
                        ALONE,
                        strikes={"timeout": 1},
                        blow=Blow("timeout", "took longer than 2.5 s", PLACE),
                    ),
                )
            ),
            id="over its time",
        ),
        pytest.param(
            RUN,
            gone(14, Failure.MEMORY, ended_for=14, peak=300 * MIB, how=KILLED),
            LossVerdict(
                (
                    LEFT,
                    RIGHT,
                    only(
                        14,
                        0.75,
                        strikes={"memory": 1},
                        blow=Blow(
                            "memory",
                            "was over the worker's memory limit: worker 7 was ended by signal 9, "
                            "peak memory 300 MiB",
                            PLACE,
                        ),
                    ),
                )
            ),
            id="over its memory, again after a wait",
        ),
        pytest.param(
            ALONE,
            gone(14, how=NO_MEMORY),
            LossVerdict(
                (
                    again(
                        ALONE,
                        0.75,
                        strikes={"memory": 1},
                        blow=Blow("memory", _SHORT, PLACE),
                        alone=True,
                    ),
                )
            ),
            id="the machine was too small for all: again while nothing else runs",
        ),
        pytest.param(
            msgspec.structs.replace(ALONE, strikes={"memory": 1}, alone=True),
            gone(14, how=NO_MEMORY),
            LossVerdict(
                (again(ALONE, strikes={"memory": 2}, blow=Blow("memory", _SHORT, PLACE)),),
            ),
            id="given up, it needs nobody to wait",
        ),
        pytest.param(
            RUN,
            gone(14, how=KILLED),
            LossVerdict((LEFT, RIGHT, only(14, 0.1 * 0.75, strikes={"killed": 1}, blow=_KILLED))),
            id="killed from outside, again after a short wait",
        ),
        pytest.param(
            RUN,
            gone(14, Failure.KILLED, ended_for=14, how=KILLED),
            LossVerdict((LEFT, RIGHT, only(14, 0.1 * 0.75, strikes={"killed": 1}, blow=_STOPPED))),
            id="stopped from outside until we ended it",
        ),
        pytest.param(
            RUN,
            gone(14, how=KILLED, peak=300 * MIB),
            LossVerdict(
                (
                    LEFT,
                    RIGHT,
                    only(
                        14,
                        0.1 * 0.75,
                        strikes={"killed": 1},
                        blow=Blow(
                            "killed",
                            "worker 7 was ended by signal 9, from outside, peak memory 300 MiB, "
                            "while it was at this document",
                            PLACE,
                        ),
                    ),
                )
            ),
            id="killed from outside, and its memory was seen",
        ),
        pytest.param(
            RUN,
            gone(14, Failure.TIMEOUT, ended_for=13, how=NO_MEMORY),
            LossVerdict(
                (
                    LEFT,
                    RIGHT,
                    only(14, 0.1 * 0.75, strikes={"killed": 1}, blow=_KILLED),
                )
            ),
            id="ended for the document before: no fault of this one",
        ),
        pytest.param(
            PART,
            gone(14),
            LossVerdict((again(PART, **ONCE),)),
            id="a part of a document is done again as that part",
        ),
        pytest.param(
            RUN, gone(14, ended_for=14), LossVerdict((again(RUN),)), id="its job was cancelled"
        ),
        # The worker was at a small job, or at a plan.
        pytest.param(
            PLAN,
            gone(0),
            LossVerdict((again(PLAN, suspect=0, strikes={"crash": 1}),)),
            id="a small job goes to the ledger with its suspect",
        ),
        pytest.param(
            PLAN,
            gone(0, how=NO_MEMORY),
            LossVerdict((again(PLAN, 0.75, suspect=0, strikes={"memory": 1}, alone=True),)),
            id="a small job for which the machine was too small",
        ),
        pytest.param(
            msgspec.structs.replace(PLAN, strikes={"crash": 1}),
            gone(0),
            LossVerdict(
                (
                    again(
                        PLAN,
                        suspect=0,
                        strikes={"crash": 2},
                        verdict=JobError("crashed", f"{AT_14} ({PLACE}, attempt 2)"),
                    ),
                )
            ),
            id="the suspect of a small job is given up",
        ),
        pytest.param(
            PLAN,
            gone(PLANNING),
            LossVerdict((again(PLAN, strikes={"planning": 1}),)),
            id="a plan is tried again",
        ),
        pytest.param(
            PLAN,
            gone(PLANNING, how=KILLED),
            LossVerdict((again(PLAN, 0.1 * 0.75, strikes={"killed": 1}),)),
            id="a plan whose worker was killed from outside",
        ),
        pytest.param(
            msgspec.structs.replace(PLAN, strikes={"planning": 2}),
            gone(PLANNING),
            LossVerdict(error=JobError("crashed", f"while planning: {AT_14} ({PLACE}, attempt 3)")),
            id="a plan that kills ends its job",
        ),
        # The worker was at nothing that it held.
        pytest.param(
            RUN,
            gone(),
            LossVerdict((again(RUN, 0.1 * 0.75, strikes=between(1)),)),
            id="lost between documents, again after a short wait",
        ),
        pytest.param(
            msgspec.structs.replace(ALONE, **ONCE),
            gone(),
            LossVerdict(
                (again(ALONE, 0.1 * 0.75, strikes={"crash": 1, **between(1)}, blow=CRASH),)
            ),
            id="what the ledger was to be told stays to be told",
        ),
        pytest.param(
            msgspec.structs.replace(RUN, last=13, strikes=between(5)),
            gone(),
            LossVerdict((only(10), only(11), only(12))),
            id="lost between documents six times: one by one, with fresh budgets",
        ),
        pytest.param(
            msgspec.structs.replace(ALONE, strikes=between(5)),
            gone(),
            LossVerdict(
                (
                    again(
                        ALONE,
                        strikes=between(6),
                        blow=Blow("between", UNSTORED, code="crashed"),
                    ),
                )
            ),
            id="one that was alone is given up, whatever the ledger knows",
        ),
        pytest.param(
            msgspec.structs.replace(PLAN, strikes=between(5)),
            gone(),
            LossVerdict(error=JobError("crashed", f"the plan: {UNSTORED} (attempt 6)")),
            id="a plan that cannot be stored ends its job",
        ),
    ],
)
def test_a_lost_task_gets_its_verdict(
    task: Task, departure: Departure, expected: LossVerdict
) -> None:
    (standing,) = standings([task], departure)
    assert verdict(task, standing, departure, JITTER) == expected


@pytest.mark.parametrize(
    ("departure", "tasks", "cause"),
    [
        (gone(14), [RUN], "crash"),
        (gone(14, how=KILLED), [RUN], "killed"),
        (gone(14, how=NO_MEMORY), [RUN], "memory"),
        (gone(14, Failure.TIMEOUT, ended_for=14, how=KILLED), [RUN], "timeout"),
        (gone(14, ended_for=14, how=KILLED), [RUN], "cancelled"),
        (gone(how=KILLED), [], "idle"),
        (gone(how=Death(Manner.EXIT, 0)), [], None),
    ],
)
def test_what_a_worker_was_lost_to_is_said_in_a_word(
    departure: Departure, tasks: list[Task], cause: str | None
) -> None:
    assert lost_to(departure, tasks) == cause


def test_what_is_beside_the_suspect_goes_back_as_it_was() -> None:
    assert verdict(RUN, BESIDE, gone(14), JITTER) == LossVerdict((again(RUN),))


@pytest.mark.parametrize(
    ("departure", "said"),
    [
        (gone(how=KILLED), "worker 7 was ended by signal 9"),
        (gone(how=KILLED, peak=2 * MIB), "worker 7 was ended by signal 9, peak memory 2 MiB"),
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
