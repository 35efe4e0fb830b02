"""K15, the queue: random offers, leases, reports, deaths, cancels and delays against a model.

The model knows of each job only what has to be done yet and who has it. Whatever happens: a
document is with one worker at a time and done once, a job finishes once, when nothing of it is
left, and its key is free as soon as it is forgotten.
"""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.dispatch.pending_job import PendingJob, Replacement
from gristmill.schemas.jobs.manifest import JobError
from gristmill.schemas.jobs.offers import Offer, OfferResult, Verdict
from gristmill.schemas.jobs.tasks import Again, Group, Report, Task, TaskKind, WorkerId

DEPTH = 4
ENDLESS = 10_000.0
ERROR = JobError("wrong", "it went wrong")
_QUIET: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}


class Job:
    """What the model knows of a job."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.cancelled = self.leased = False
        self.left = {-1}
        """Ordinals that are not done, -1 for the plan."""
        self.done: Counter[int] = Counter()


class QueueMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.time = 0.0
        self.started: list[str] = []
        self.finished: list[str] = []
        self.queue = JobQueue(
            DEPTH,
            300.0,
            on_started=lambda entry: self.started.append(entry.job_id),
            on_finished=self._on_finished,
            clock=lambda: self.time,
        )
        self.jobs: dict[str, Job] = {}
        self.forgotten: set[str] = set()
        self.held: dict[WorkerId, dict[int, Task]] = {}
        self.dead: list[tuple[WorkerId, list[Task]]] = []
        self.births = 0
        for _ in range(3):
            self.hire()

    def _on_finished(self, entry: PendingJob) -> None:
        self.finished.append(entry.job_id)

    def hire(self) -> None:
        self.births += 1
        worker = WorkerId(self.births % 2, float(self.births))
        self.queue.enrol(worker)
        self.held[worker] = {}

    def _worker(self, number: int) -> WorkerId:
        return sorted(self.held)[number % len(self.held)]

    def _pending(self) -> list[str]:
        return [job_id for job_id in self.jobs if job_id not in self.forgotten]

    def _waiting(self) -> int:
        return sum(
            not self.jobs[job_id].leased and job_id not in self.finished
            for job_id in self._pending()
        )

    # -- submitters ---------------------------------------------------------------------------

    @rule(
        again=st.integers(0, 5),
        priority=st.integers(-1, 1),
        small=st.booleans(),
        force=st.booleans(),
    )
    def offer(self, again: int, priority: int, small: bool, force: bool) -> None:
        job_id = f"job {len(self.jobs)}"
        known = [job.key for job in self.jobs.values()]
        key = known[-again] if 0 < again <= len(known) else f"key of {job_id}"
        taken = {self.jobs[other].key: other for other in self._pending()}
        expected = OfferResult(Verdict.ACCEPTED)
        if key in taken:
            expected = OfferResult(Verdict.DUPLICATE, taken[key])
        elif self._waiting() >= DEPTH and not force:
            expected = OfferResult(Verdict.FULL)
        assert self.queue.offer(Offer(job_id, key, priority, small), force) == expected
        if expected.verdict is Verdict.ACCEPTED:
            self.jobs[job_id] = Job(key)

    @rule(number=st.integers(0, 9))
    def cancel(self, number: int) -> None:
        if not self.jobs:
            return
        job_id = list(self.jobs)[number % len(self.jobs)]
        entry = self.queue.cancel(job_id)
        assert (entry is None) == (job_id in self.forgotten)
        if entry is not None:
            self.jobs[job_id].cancelled = True
            self._drop_all_but_held(job_id)

    @precondition(lambda self: set(self.finished) - self.forgotten)
    @rule()
    def forget(self) -> None:
        job_id = min(set(self.finished) - self.forgotten)
        self.queue.forget(job_id)
        self.forgotten.add(job_id)
        # Its key is free at once.
        assert job_id not in self.queue.pending_ids()

    # -- workers ------------------------------------------------------------------------------

    @rule(number=st.integers(0, 2), outcomes=st.lists(st.integers(0, 6), min_size=8, max_size=8))
    def lease(self, number: int, outcomes: list[int]) -> None:
        """A worker reports all that it has, in some way, and takes what is next."""
        worker = self._worker(number)
        held = list(self.held[worker].values())
        reports = [
            self._report(task, outcome) for task, outcome in zip(held, outcomes, strict=False)
        ]
        for task in held[: len(reports)]:
            del self.held[worker][task.task_id]
        tasks = self.queue.lease(worker, reports, 0)
        assert tasks is not None
        self._take(worker, tasks)

    @rule(number=st.integers(0, 2), share=st.integers(0, 8), outcome=st.integers(0, 6))
    def leave(self, number: int, share: int, outcome: int) -> None:
        worker = self._worker(number)
        held = list(self.held.pop(worker).values())
        self.queue.leave(worker, [self._report(task, outcome) for task in held[:share]])
        for task in held[share:]:
            self._returned(task)
        self.hire()

    @rule(number=st.integers(0, 2), fates=st.lists(st.integers(0, 3), min_size=8, max_size=8))
    def die(self, number: int, fates: list[int]) -> None:
        """A worker dies; each of its tasks is put back, put back later, given up, or ends its
        job."""
        worker = self._worker(number)
        held = self.held.pop(worker)
        tasks = self.queue.revoke(worker)
        assert {task.task_id for task in tasks} == set(held)
        for task, fate in zip(tasks, fates, strict=False):
            if fate < 2:
                self._returned(task)
                self.queue.replace(task, [Replacement(task, 5.0 * fate)])
            else:
                self._done(task)
                self.queue.replace(task, [], ERROR if fate == 3 else None)
        self.dead.append((worker, tasks))
        self.hire()

    @precondition(lambda self: self.dead)
    @rule(leaves=st.booleans())
    def a_late_report_counts_for_nothing(self, leaves: bool) -> None:
        worker, tasks = self.dead[-1]
        reports = [Report(task.task_id, groups=(Group(0, 9),)) for task in tasks]
        before = self.queue.stats()
        if leaves:
            self.queue.leave(worker, reports)
        else:
            assert self.queue.lease(worker, reports, 0) is None
        assert self.queue.stats() == before

    @rule(seconds=st.sampled_from([1.0, 6.0]))
    def wait(self, seconds: float) -> None:
        self.time += seconds

    # -- the model ----------------------------------------------------------------------------

    def _take(self, worker: WorkerId, tasks: list[Task]) -> None:
        for task in tasks:
            job = self.jobs[task.job_id]
            assert not job.cancelled and task.job_id not in self.finished
            job.leased = True
            with_others = [t for held in self.held.values() for t in held.values()]
            assert task.task_id not in {other.task_id for other in with_others}
            for other in with_others:
                assert other.job_id != task.job_id or not _ordinals(other) & _ordinals(task)
            assert _ordinals(task) <= job.left
            self.held[worker][task.task_id] = task

    def _report(self, task: Task, outcome: int) -> Report:
        job = self.jobs[task.job_id]
        if outcome == 0:
            self._returned(task)
            return Report(task.task_id, released=True, delay_s=3.0)
        if task.kind is TaskKind.RUN and outcome == 1:
            if job.cancelled:
                self._done(task)
            return Report(task.task_id, again=(Again(task.first, 3.0),))
        self._done(task)
        if task.kind is TaskKind.PLAN and outcome > 2:
            groups = tuple(Group(number, number + 1) for number in range(outcome - 2))
            if not job.cancelled:
                job.left |= set(range(len(groups)))
            return Report(task.task_id, groups=groups)
        return Report(task.task_id, error=ERROR if outcome == 2 else None)

    def _done(self, task: Task) -> None:
        job = self.jobs[task.job_id]
        job.left -= _ordinals(task)
        job.done.update(_ordinals(task))

    def _returned(self, task: Task) -> None:
        """It goes back to the queue, unless its job is cancelled."""
        if self.jobs[task.job_id].cancelled:
            self.jobs[task.job_id].left -= _ordinals(task)

    def _drop_all_but_held(self, job_id: str) -> None:
        held = [task for tasks in self.held.values() for task in tasks.values()]
        kept = {n for task in held if task.job_id == job_id for n in _ordinals(task)}
        self.jobs[job_id].left &= kept

    @invariant()
    def it_agrees_with_the_model(self) -> None:
        assert len(self.started) == len(set(self.started))
        assert len(self.finished) == len(set(self.finished))
        assert set(self.finished) == {i for i, job in self.jobs.items() if not job.left}
        assert all(count == 1 for job in self.jobs.values() for count in job.done.values())
        assert self.queue.pending_ids() == set(self._pending())
        stats = self.queue.stats()
        assert stats.waiting == self._waiting()
        assert stats.running == len(self._pending()) - stats.waiting
        assert stats.leased == sum(map(len, self.held.values()))
        for job_id in self.jobs:
            holders = {
                worker
                for worker, held in self.held.items()
                if any(task.job_id == job_id for task in held.values())
            }
            assert set(self.queue.holders(job_id)) == holders

    def teardown(self) -> None:
        """Without further trouble all that was accepted is done, and nothing is left."""
        for _ in range(500):
            if all(not job.left for job in self.jobs.values()):
                break
            self.time += ENDLESS
            for number in range(3):
                self.lease(number, [3] * 8)
        self.it_agrees_with_the_model()
        assert set(self.finished) == set(self.jobs)
        while set(self.finished) - self.forgotten:
            self.forget()
        assert self.queue.wait_for_idle(0)
        self.queue.drain()
        assert self.queue.lease(self._worker(0), [], 0) is None
        assert self.queue.offer(Offer("late", "late")).verdict is Verdict.DRAINING


def _ordinals(task: Task) -> set[int]:
    return {-1} if task.kind is TaskKind.PLAN else set(range(task.first, task.last))


def test_no_sequence_of_commands_and_deaths_upsets_the_queue() -> None:
    run_state_machine_as_test(
        QueueMachine,
        settings=settings(derandomize=True, max_examples=30, stateful_step_count=40, **_QUIET),
    )


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_no_long_sequence_of_commands_and_deaths_upsets_the_queue() -> None:
    run_state_machine_as_test(
        QueueMachine,
        settings=settings(max_examples=2000, stateful_step_count=80, **_QUIET),
    )
