"""A task that runs while nothing else does, and spare workers, on a clock of our own."""

import threading

import msgspec
from support.patience import WAIT_S

from gristmill.pool.dispatch.alone import EMPTY_S, HOLD_S
from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.dispatch.pending_job import Replacement
from gristmill.schemas.jobs.offers import Offer
from gristmill.schemas.jobs.tasks import Report, Task, WorkerId

ANN, BOB, CY = WorkerId(1, 1.0), WorkerId(2, 2.0), WorkerId(3, 3.0)


class Desk:
    """A queue with workers, one of whose tasks came back to be alone."""

    def __init__(self, *workers: WorkerId, seats: int | None = None) -> None:
        self.time = 0.0
        self.queue = JobQueue(
            100,
            300.0,
            on_started=lambda _: None,
            on_finished=lambda _: None,
            clock=lambda: self.time,
            seats=seats,
        )
        for worker in workers:
            self.queue.enrol(worker)

    def offer(self, *job_ids: str) -> None:
        for job_id in job_ids:
            self.queue.offer(Offer(job_id, f"key of {job_id}"))

    def lease(self, worker: WorkerId, *done: Task) -> Task | None:
        reports = [Report(task.task_id) for task in done]
        return next(iter(self.queue.lease(worker, reports, 0) or []), None)

    def taken(self, worker: WorkerId) -> Task:
        task = self.lease(worker)
        assert task is not None
        return task

    def lose(self, worker: WorkerId) -> None:
        """A worker dies for want of memory; its task has to be alone from then on."""
        for task in self.queue.revoke(worker):
            renewed = msgspec.structs.replace(task, alone=True, strikes={"memory": 1})
            self.queue.replace(task, [Replacement(renewed)])
        self.queue.enrol(worker)


def test_a_task_that_is_to_be_alone_waits_for_the_others_and_keeps_them_waiting() -> None:
    desk = Desk(ANN, BOB)
    desk.offer("greedy", "other", "third")
    desk.taken(ANN)
    other = desk.taken(BOB)
    desk.lose(ANN)
    assert desk.lease(ANN) is None  # Bob is still at work
    greedy = desk.lease(BOB, other)
    assert greedy is not None and (greedy.job_id, greedy.alone) == ("greedy", True)
    assert desk.lease(ANN) is None  # it is alone
    third = desk.lease(BOB, greedy)
    assert third is not None and third.job_id == "third"


def test_it_does_not_wait_for_the_others_for_ever() -> None:
    desk = Desk(ANN, BOB)
    desk.offer("greedy", "endless")
    desk.taken(ANN)
    desk.taken(BOB)
    desk.lose(ANN)
    assert desk.lease(ANN) is None
    desk.time += EMPTY_S
    assert desk.taken(ANN).job_id == "greedy"


def test_it_does_not_keep_the_others_waiting_for_ever() -> None:
    desk = Desk(ANN, BOB)
    desk.offer("greedy", "other")
    desk.taken(ANN)
    desk.lose(ANN)
    assert desk.taken(ANN).job_id == "greedy"
    assert desk.lease(BOB) is None
    desk.time += HOLD_S
    assert desk.taken(BOB).job_id == "other"


def test_one_that_is_cancelled_while_it_waits_lets_the_others_go_on() -> None:
    desk = Desk(ANN, BOB)
    desk.offer("greedy", "endless", "other")
    desk.taken(ANN)
    desk.taken(BOB)
    desk.lose(ANN)
    assert desk.lease(ANN) is None
    desk.queue.cancel("greedy")
    assert desk.taken(ANN).job_id == "other"


def test_the_death_of_the_one_that_is_alone_lets_the_others_go_on() -> None:
    desk = Desk(ANN, BOB)
    desk.offer("greedy", "other")
    desk.taken(ANN)
    desk.lose(ANN)
    desk.taken(ANN)
    for task in desk.queue.revoke(ANN):
        desk.queue.replace(task, [])
    assert desk.taken(BOB).job_id == "other"


def test_a_spare_worker_takes_nothing_until_another_is_gone() -> None:
    desk = Desk(ANN, BOB, CY, seats=2)
    desk.offer(*"abcd")
    assert desk.taken(ANN).job_id == "a"
    assert desk.taken(BOB).job_id == "b"
    assert desk.lease(CY) is None
    assert desk.queue.stats().workers == 2
    (lost,) = desk.queue.revoke(ANN)
    desk.queue.replace(lost, [Replacement(lost)])
    assert desk.taken(CY).job_id == "a"
    desk.queue.enrol(ANN)
    assert desk.lease(ANN) is None


def test_a_waiting_spare_is_woken_by_a_death_and_no_offer_is_lost_on_it() -> None:
    queue = JobQueue(100, 300.0, on_started=lambda _: None, on_finished=lambda _: None, seats=1)
    queue.enrol(ANN)
    queue.enrol(CY)
    assert queue.lease(ANN, [], 0) == []  # so Ann has the seat
    got: dict[WorkerId, list[Task] | None] = {}
    threads = [
        threading.Thread(target=lambda w=worker: got.update({w: queue.lease(w, [], WAIT_S)}))
        for worker in (CY, ANN)
    ]
    for thread in threads:
        thread.start()
    queue.offer(Offer("a", "a"))
    threads[1].join(WAIT_S)
    assert [task.job_id for task in got[ANN] or []] == ["a"]
    for task in queue.revoke(ANN):
        queue.replace(task, [Replacement(task)])
    threads[0].join(WAIT_S)
    assert [task.job_id for task in got[CY] or []] == ["a"]
