"""Tasks that wait for a worker: those of each job, those that wait for their time, and whose turn
it is."""

import itertools
from collections import deque
from collections.abc import Iterable, Sequence

import msgspec

from gristmill.pool.dispatch.delays import Delays
from gristmill.pool.dispatch.fairness import Rotation
from gristmill.pool.dispatch.pending_job import PendingJob, Replacement
from gristmill.schemas.jobs.tasks import Group, Task, TaskKind

_WHOLE = Group(0, 0)
_LEASE_COST = 150_000
"""Microseconds of expected work that short tasks of one job may make in one lease."""


class Backlog:
    """Guarded by the queue's lock. `timeout_s` is for documents of jobs that do not say; tasks
    are numbered from `first_token` on."""

    def __init__(self, timeout_s: float, first_token: int) -> None:
        self._timeout_s = timeout_s
        self._rotation = Rotation()
        self._delayed = Delays()
        self._numbers = itertools.count(first_token)

    def token(self) -> int:
        """A fencing token that is greater than those of all tasks that there have been."""
        return next(self._numbers)

    def plan(self, entry: PendingJob) -> None:
        """Add a job's first task: to find out what its documents are."""
        entry.to_plan = True
        entry.outstanding += 1
        self._rotation.add(entry)

    def run(self, entry: PendingJob, groups: Sequence[Group], *, returned: bool = False) -> None:
        """Add a task for each group of a job's documents. `returned`: they were had before, by a
        worker that was lost, and the first has its turn at once."""
        for group in groups:
            _tasks(entry).append(self._task(entry, TaskKind.RUN, group))
            entry.outstanding += 1
        if groups:
            self._rotation.add(entry)
            if returned:
                self._rotation.add_returned(entry)

    def replace(self, entry: PendingJob, parts: Iterable[Replacement], now: float) -> None:
        """A task of a job is done with; `parts` take its place, before what the job has waiting."""
        entry.outstanding -= 1
        for part in () if entry.cancelled else parts:
            renewed = msgspec.structs.replace(part.task, task_id=next(self._numbers), cost=0)
            entry.outstanding += 1
            if part.delay_s > 0:
                self._delayed.add(entry, renewed, now + part.delay_s)
            else:
                self._put_first(entry, renewed)

    def drop(self, entry: PendingJob) -> None:
        """Forget what no worker has of a job."""
        entry.outstanding -= entry.waiting + self._delayed.drop(entry)
        entry.to_plan, entry.tasks = False, None

    def next_job(self, now: float) -> PendingJob | None:
        """The job whose turn it is, for `take`."""
        while (due := self._delayed.pop_due(now)) is not None:
            self._put_first(*due)
        return self._rotation.take()

    def next_small_job(self, priority: int) -> PendingJob | None:
        """The oldest waiting job of a priority, if it is a small one, for `take`."""
        return self._rotation.take_small(priority)

    def take(self, entry: PendingJob) -> Task:
        """The next task of a job whose turn it is; the job gets in line again for its others."""
        if entry.to_plan:
            entry.to_plan = False
            task = self._task(entry, TaskKind.PLAN, _WHOLE)
        else:
            task = _tasks(entry).popleft()
        if entry.waiting:
            self._rotation.add(entry)
        return task

    def goes_on(self, entry: PendingJob, tasks: Sequence[Task], workers: int) -> bool:
        """Whether a job's next task goes into the lease that has these of its tasks. Short ones
        share a lease, and thereby a commit, while there are other jobs for the other workers."""
        if not entry.tasks or len(self._rotation) <= workers:
            return False
        costs = [task.cost for task in (*tasks, entry.tasks[0])]
        return all(costs) and sum(costs) <= _LEASE_COST

    def longest_wait(self, now: float, longest_s: float) -> float:
        """How many seconds a worker may sleep, `longest_s` at most, without missing a task."""
        return self._delayed.longest_wait(now, longest_s)

    def _task(self, entry: PendingJob, kind: TaskKind, group: Group) -> Task:
        return Task(
            next(self._numbers),
            entry.job_id,
            kind,
            group.first,
            group.last,
            entry.timeout_s or self._timeout_s,
            part=group.part,
            cost=group.cost,
            alone=group.alone,
        )

    def _put_first(self, entry: PendingJob, task: Task) -> None:
        _tasks(entry).appendleft(task)
        self._rotation.add_returned(entry)


def _tasks(entry: PendingJob) -> deque[Task]:
    if entry.tasks is None:
        entry.tasks = deque()
    return entry.tasks
