"""The job queue's decisions, on a clock of our own."""

import threading
from collections.abc import Callable
from functools import partial

import msgspec
import pytest
from support.patience import WAIT_S

from gristmill.pool.dispatch.handing import SMALL_JOBS_A_LEASE
from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.dispatch.pending_job import PendingJob, Replacement
from gristmill.schemas.jobs.manifest import Counts, JobError
from gristmill.schemas.jobs.offers import Offer, Verdict
from gristmill.schemas.jobs.tasks import Again, Blow, Group, Report, Task, TaskKind, WorkerId

ANN, BOB = WorkerId(1, 1.0), WorkerId(2, 2.0)


class Desk:
    """A queue, its clock and what it has told its owner."""

    def __init__(self, depth: int = 100, seats: int | None = None, quota: int = 0) -> None:
        self.time = 0.0
        self.started: list[str] = []
        self.finished: list[PendingJob] = []
        self.queue = JobQueue(
            depth,
            300.0,
            on_started=lambda entry: self.started.append(entry.job_id),
            on_finished=self.finished.append,
            clock=lambda: self.time,
            seats=seats,
            quota=quota,
        )
        self.queue.enrol(ANN)
        self.queue.enrol(BOB)

    def offer(self, job_id: str, *, key: str = "", force: bool = False, **more: object) -> Verdict:
        offer = Offer(job_id, key or f"key of {job_id}", **more)  # type: ignore[arg-type]
        return self.queue.offer(offer, force).verdict

    def lease(self, worker: WorkerId = ANN, *reports: Report) -> list[Task]:
        tasks = self.queue.lease(worker, reports, 0)
        assert tasks is not None
        return tasks

    def plan(self, *job_ids: str, groups: int) -> None:
        """Offer jobs and have each planned into `groups` tasks of one document."""
        tasks = [(self.offer(job_id), self.lease()[0])[1] for job_id in job_ids]
        planned = tuple(Group(n, n + 1) for n in range(groups))
        self.queue.leave(ANN, [Report(task.task_id, groups=planned) for task in tasks])
        self.queue.enrol(ANN)


def test_a_job_goes_from_offer_to_its_end() -> None:
    desk = Desk()
    assert desk.offer("a") is Verdict.ACCEPTED
    (task,) = desk.lease()
    assert (task.job_id, task.kind, task.timeout_s) == ("a", TaskKind.PLAN, 300.0)
    assert desk.started == ["a"]
    desk.lease(ANN, Report(task.task_id, counts=Counts(total=1, succeeded=1)))
    assert [entry.counts for entry in desk.finished] == [Counts(total=1, succeeded=1)]
    desk.queue.forget("a")
    assert desk.queue.wait_for_idle(0)


def test_a_key_is_taken_until_its_job_is_forgotten() -> None:
    desk = Desk()
    desk.offer("a", key="k")
    assert desk.queue.offer(Offer("b", "k")) == (Verdict.DUPLICATE, "a")
    (task,) = desk.lease()
    desk.lease(ANN, Report(task.task_id))
    assert desk.offer("b", key="k") is Verdict.DUPLICATE
    desk.queue.forget("a")
    assert desk.offer("b", key="k") is Verdict.ACCEPTED


def test_waiting_jobs_are_bounded_and_a_lease_makes_room() -> None:
    desk = Desk(depth=2)
    assert [desk.offer(name) for name in "abc"] == [
        Verdict.ACCEPTED,
        Verdict.ACCEPTED,
        Verdict.FULL,
    ]
    assert desk.offer("recovered", force=True) is Verdict.ACCEPTED
    assert desk.queue.stats().waiting == 3
    desk.lease()
    desk.lease()
    assert desk.offer("c") is Verdict.ACCEPTED


def test_small_jobs_share_a_lease_but_leave_some_for_other_workers() -> None:
    desk = Desk()
    for number in range(4):
        desk.offer(f"job {number}", small=True)
    assert len(desk.lease(ANN)) == 2
    for number in range(4, 100):
        desk.offer(f"job {number}", small=True)
    assert len(desk.lease(BOB)) == SMALL_JOBS_A_LEASE


def _planned(desk: Desk, job_id: str, *costs: int) -> None:
    """Offer a job and have it planned into tasks of these expected costs."""
    desk.offer(job_id)
    (plan,) = desk.lease()
    groups = tuple(Group(n, n + 1, cost=cost) for n, cost in enumerate(costs))
    desk.queue.report(ANN, [Report(plan.task_id, groups=groups)])


def test_short_tasks_of_a_job_share_a_lease_while_there_are_other_jobs_for_the_others() -> None:
    desk = Desk()
    _planned(desk, "a", 60_000, 60_000, 60_000, 200_000, 10_000, 0, 10_000)
    assert [task.first for task in desk.lease()] == [0]  # nothing else is there for Bob
    _offer_others(desk)
    assert _leases_of(desk, "a") == [[1, 2], [3], [4], [5], [6]]


def test_a_task_of_unknown_cost_or_that_comes_back_is_leased_alone() -> None:
    desk = Desk()
    _planned(desk, "a", 10_000, 0, 10_000, 10_000)
    (first,) = desk.lease(BOB)
    _offer_others(desk)
    desk.queue.revoke(BOB)
    desk.queue.replace(first, [Replacement(first)])
    assert _leases_of(desk, "a") == [[0], [1], [2, 3]]


def _offer_others(desk: Desk) -> None:
    """Enough other jobs that some wait until the end."""
    for number in range(20):
        desk.offer(f"other {number}")


def _leases_of(desk: Desk, job_id: str) -> list[list[int]]:
    """The first ordinals of a job's tasks, by lease, once everything is leased."""
    leases = iter(desk.lease, [])
    return [[t.first for t in lease] for lease in leases if lease[0].job_id == job_id]


def test_higher_priority_first_then_in_order() -> None:
    desk = Desk()
    for name, priority in (("low", -1), ("first", 0), ("second", 0), ("high", 5)):
        desk.offer(name, priority=priority)
    order = [desk.lease()[0].job_id for _ in range(4)]
    assert order == ["high", "first", "second", "low"]


def test_a_huge_job_never_keeps_small_ones_waiting_nor_the_other_way_round() -> None:
    desk = Desk()
    desk.plan("huge", groups=1000)
    for number in range(100):
        desk.offer(f"small {number}")
    leased = [desk.lease()[0].job_id for _ in range(40)]
    assert leased.count("huge") == 20


def test_running_jobs_take_turns() -> None:
    desk = Desk()
    desk.plan("a", "b", groups=3)
    assert sorted(desk.lease()[0].job_id for _ in range(2)) == ["a", "b"]
    assert sorted(desk.lease()[0].job_id for _ in range(2)) == ["a", "b"]


def test_a_dead_workers_task_is_leased_again_and_its_late_report_counts_for_nothing() -> None:
    desk = Desk()
    desk.offer("a")
    (task,) = desk.lease(ANN)
    assert desk.queue.revoke(ANN) == [task]
    assert not desk.finished
    desk.queue.replace(task, [Replacement(task)])
    (again,) = desk.lease(BOB)
    assert again.task_id != task.task_id
    late = Report(task.task_id, counts=Counts(total=1, succeeded=1))
    assert desk.queue.lease(ANN, [late], 0) is None
    assert not desk.finished
    desk.lease(BOB, Report(again.task_id, counts=Counts(total=1, succeeded=1)))
    assert len(desk.finished) == 1


def test_a_part_with_a_delay_is_leased_when_it_is_due() -> None:
    desk = Desk()
    desk.offer("a")
    (task,) = desk.lease()
    desk.queue.revoke(ANN)
    desk.queue.replace(task, [Replacement(task, 5.0)])
    assert desk.lease(BOB) == []
    desk.time = 5.0
    assert [t.job_id for t in desk.lease(BOB)] == ["a"]


def test_a_task_without_parts_is_done_with_and_may_end_its_job_as_failed() -> None:
    desk = Desk()
    desk.offer("a")
    (task,) = desk.lease()
    desk.queue.revoke(ANN)
    desk.queue.replace(task, [], JobError("crashed", "thrice"))
    assert [entry.error for entry in desk.finished] == [JobError("crashed", "thrice")]


def test_a_released_task_goes_back() -> None:
    desk = Desk()
    desk.offer("a")
    (task,) = desk.lease()
    (again,) = desk.lease(ANN, Report(task.task_id, released=True))
    assert again.job_id == "a"
    assert not desk.finished


def test_what_a_leaving_worker_holds_goes_back() -> None:
    desk = Desk()
    desk.offer("a")
    desk.lease(ANN)
    desk.queue.leave(ANN, [])
    assert [task.job_id for task in desk.lease(BOB)] == ["a"]


def test_cancelling_a_waiting_job_ends_it_at_once() -> None:
    desk = Desk(depth=1)
    desk.offer("a")
    entry = desk.queue.cancel("a")
    assert entry is not None and desk.finished == [entry] and entry.cancelled
    desk.queue.forget("a")
    assert desk.lease() == []
    assert desk.offer("b") is Verdict.ACCEPTED


@pytest.mark.parametrize("dead", [False, True])
def test_cancelling_a_running_job_drops_the_rest_and_waits_for_who_holds_it(dead: bool) -> None:
    desk = Desk()
    desk.plan("a", groups=5)
    (task,) = desk.lease(ANN)
    desk.queue.cancel("a")
    assert desk.queue.holders("a") == [ANN]
    assert not desk.finished
    if dead:
        desk.queue.revoke(ANN)
        desk.queue.replace(task, [Replacement(task)])
    else:
        desk.lease(ANN, Report(task.task_id))
    assert len(desk.finished) == 1
    assert desk.lease(BOB) == []


def test_cancelling_also_drops_what_is_delayed() -> None:
    desk = Desk()
    desk.offer("a")
    (task,) = desk.lease()
    desk.queue.revoke(ANN)
    desk.queue.replace(task, [Replacement(task, 5.0)])
    desk.queue.cancel("a")
    assert len(desk.finished) == 1
    desk.queue.forget("a")
    desk.time = 6.0
    assert desk.lease(BOB) == []


def test_cancelling_what_is_not_pending_finds_nothing() -> None:
    assert Desk().queue.cancel("a") is None


def test_a_draining_queue_accepts_nothing_and_tells_workers_to_stop() -> None:
    desk = Desk()
    desk.offer("a")
    (task,) = desk.lease(ANN)
    desk.offer("b")
    desk.queue.drain()
    assert desk.offer("c") is Verdict.DRAINING
    assert desk.queue.lease(ANN, [Report(task.task_id, counts=Counts())], 60) is None
    assert [entry.job_id for entry in desk.finished] == ["a"]
    assert desk.queue.stats().waiting == 1


def _in_thread(call: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    return thread


def test_a_waiting_worker_is_woken_by_an_offer_and_a_drain() -> None:
    queue = JobQueue(9, 300.0, on_started=lambda _: None, on_finished=lambda _: None)
    queue.enrol(ANN)
    queue.enrol(BOB)
    leased: list[list[Task] | None] = []
    thread = _in_thread(lambda: leased.append(queue.lease(ANN, [], 30)))
    queue.offer(Offer("a", "k"))
    thread.join(WAIT_S)
    assert leased and leased[0] and leased[0][0].job_id == "a"
    thread = _in_thread(lambda: leased.append(queue.lease(BOB, [], 30)))
    queue.drain()
    thread.join(WAIT_S)
    assert leased[1:] == [None]


@pytest.mark.parametrize("waiting", [True, False])
def test_a_revoked_worker_gets_nothing_though_its_request_is_on_the_way(waiting: bool) -> None:
    queue = JobQueue(9, 300.0, on_started=lambda _: None, on_finished=lambda _: None)
    queue.enrol(ANN)
    leased: list[list[Task] | None] = []
    if not waiting:
        queue.revoke(ANN)
    thread = _in_thread(lambda: leased.append(queue.lease(ANN, [], 30)))
    queue.revoke(ANN)
    queue.offer(Offer("a", "k"))
    thread.join(WAIT_S)
    assert leased == [None]
    queue.enrol(BOB)
    assert [task.job_id for task in queue.lease(BOB, [], 0) or []] == ["a"]


def test_one_key_offered_by_many_threads_is_accepted_once() -> None:
    queue = JobQueue(1000, 300.0, on_started=lambda _: None, on_finished=lambda _: None)
    verdicts: list[Verdict] = []

    def offer(job_id: str) -> None:
        verdicts.append(queue.offer(Offer(job_id, "k")).verdict)

    threads = [_in_thread(partial(offer, f"job {n}")) for n in range(16)]
    for thread in threads:
        thread.join(WAIT_S)
    assert verdicts.count(Verdict.ACCEPTED) == 1
    assert verdicts.count(Verdict.DUPLICATE) == 15


def test_jobs_of_an_earlier_run_pass_the_bound_and_keep_their_order_and_their_keys() -> None:
    desk = Desk(depth=1)
    desk.queue.restore([Offer("a", "one"), Offer("b", "two"), Offer("c", "one")])
    assert desk.queue.pending_ids() == {"a", "b"} and desk.queue.stats().waiting == 2
    assert desk.queue.holder("one") == "a"
    assert desk.offer("d", key="two") is Verdict.DUPLICATE
    assert desk.offer("e") is Verdict.FULL
    assert [task.job_id for task in (*desk.lease(), *desk.lease(BOB))] == ["a", "b"]


def test_a_job_can_be_waited_for_until_it_is_forgotten() -> None:
    desk = Desk()
    desk.offer("a")
    entry = desk.queue.cancel("a")
    assert entry is not None and not desk.queue.wait_until_forgotten(entry, 0)
    desk.queue.forget("a")
    assert desk.queue.wait_until_forgotten(entry, 0)
    # The next run of the job is another entry.
    desk.offer("a")
    assert desk.queue.wait_until_forgotten(entry, 0)


def test_a_returned_task_is_the_next_lease_in_a_crowd() -> None:
    desk = Desk()
    desk.plan(*(f"job {number}" for number in range(165)), groups=3)
    (lost,) = desk.lease(ANN)
    desk.queue.revoke(ANN)
    desk.queue.replace(lost, [Replacement(lost)])
    (again,) = desk.lease(BOB)
    assert (again.job_id, again.first, again.lost) == (lost.job_id, lost.first, True)
    assert desk.lease(BOB)[0].job_id != lost.job_id


def test_what_a_returned_plan_comes_to_does_not_wait_behind_the_crowd() -> None:
    desk = Desk()
    desk.offer("small", small=True)
    (lost,) = desk.lease(ANN)
    for number in range(165):
        desk.offer(f"other {number}")
    desk.queue.revoke(ANN)
    desk.queue.replace(lost, [Replacement(lost)])
    (plan,) = desk.lease(BOB)
    (run,) = desk.lease(BOB, Report(plan.task_id, groups=(Group(0, 1),)))
    assert (run.job_id, run.kind) == ("small", TaskKind.RUN)


def test_a_returned_task_waits_for_a_higher_priority() -> None:
    desk = Desk()
    desk.offer("low", priority=-1)
    (lost,) = desk.lease(ANN)
    desk.offer("high")
    desk.queue.revoke(ANN)
    desk.queue.replace(lost, [Replacement(lost)])
    assert [desk.lease(BOB)[0].job_id for _ in range(2)] == ["high", "low"]


def test_a_job_whose_workers_die_again_and_again_does_not_keep_others_waiting() -> None:
    desk = Desk()
    desk.plan("poison", groups=20)
    for number in range(10):
        desk.offer(f"other {number}")
    turns: list[str] = []
    while len(turns) < 30 and (tasks := desk.lease(BOB)):
        turns.append(tasks[0].job_id)
        if tasks[0].job_id == "poison":
            desk.queue.revoke(BOB)
            # Its suspect has failed, its neighbours go back as one task.
            desk.queue.replace(tasks[0], [] if tasks[0].lost else [Replacement(tasks[0])])
            desk.queue.enrol(BOB)
    others = [place for place, job_id in enumerate(turns) if job_id != "poison"]
    assert others == sorted(others) and len(others) == 10
    assert max(others) <= 3 * 10


@pytest.mark.parametrize("released", [True, False])
def test_a_blow_that_a_worker_may_have_told_the_ledger_of_is_not_told_again(released: bool) -> None:
    desk = Desk()
    desk.plan("a", groups=1)
    (task,) = desk.lease(ANN)
    desk.queue.revoke(ANN)
    struck = msgspec.structs.replace(task, strikes={"crash": 1}, blow=Blow("crash", "it died"))
    desk.queue.replace(task, [Replacement(struck)])
    (again,) = desk.lease(BOB)
    assert again.blow == struck.blow
    tried = () if released else (Again(0, 0.0),)
    (then,) = desk.lease(BOB, Report(again.task_id, again=tried, released=released))
    assert (then.first, then.blow, then.strikes) == (0, None, {"crash": 1})


def test_a_key_has_as_many_waiting_jobs_as_its_quota_and_others_have_theirs() -> None:
    desk = Desk(quota=2)
    assert [desk.offer(job, owner="a") for job in "abc"] == [
        Verdict.ACCEPTED,
        Verdict.ACCEPTED,
        Verdict.OVER_QUOTA,
    ]
    assert desk.offer("d", owner="b") is Verdict.ACCEPTED
    assert desk.offer("e") is desk.offer("f") is desk.offer("g") is Verdict.ACCEPTED
    desk.lease()
    assert desk.offer("h", owner="a") is Verdict.ACCEPTED
    assert desk.offer("i", owner="a") is Verdict.OVER_QUOTA
    desk.queue.cancel("h")
    assert desk.offer("i", owner="a") is Verdict.ACCEPTED
    assert desk.offer("j", owner="a", force=True) is Verdict.ACCEPTED
