"""Whether the service is said to make progress."""

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.supervisor.health import Health
from gristmill.schemas.jobs.offers import Offer
from gristmill.schemas.jobs.workers import Trouble


class Clock:
    def __init__(self) -> None:
        self.time = 1000.0
        self.queue = JobQueue(
            9, 1.0, on_started=lambda _: None, on_finished=lambda _: None, clock=lambda: self.time
        )
        self.health = Health(self.queue, boot_deadline_s=30.0, clock=lambda: self.time)

    def codes(self) -> list[str]:
        return [problem.code for problem in self.health.problems()]


def test_a_start_that_takes_long_is_a_start_and_no_stall() -> None:
    clock = Clock()
    clock.queue.offer(Offer("a", "a"))
    clock.time += 100.0
    assert clock.codes() == ["starting"]
    clock.health.beat(1, None)
    assert clock.codes() == []
    clock.time += 11.0
    clock.health.beat(1, None)
    assert clock.codes() == ["stalled"]  # a job waits, and nobody leases it


def test_a_loop_that_does_not_come_by_is_a_stall() -> None:
    clock = Clock()
    clock.health.beat(1, None)
    clock.time += 6.0
    assert clock.codes() == ["stalled"]


def test_what_is_wrong_with_workers_and_web_processes_is_passed_on() -> None:
    clock = Clock()
    clock.health.beat(0, None, "web-1 died 3 times")
    assert clock.codes() == ["web_failing"]
    clock.health.beat(0, Trouble("they die"), None)
    assert clock.codes() == ["workers_failing"]
    clock.health.beat(1, None)
    assert clock.codes() == []
