"""What goes into a lease: the task whose turn it is, and what may share a lease with it."""

from collections.abc import Callable

from gristmill.pool.dispatch.alone import Alone
from gristmill.pool.dispatch.backlog import Backlog
from gristmill.pool.dispatch.leases import Leases
from gristmill.pool.dispatch.pending_job import PendingJob
from gristmill.pool.dispatch.waiting import Waiting
from gristmill.schemas.jobs.tasks import Task

SMALL_JOBS_A_LEASE = 32
"""Most small jobs in one lease: their effects share one library transaction."""


class Handing:
    """Guarded by the queue's lock. `on_turn` is called with each job of which a task is handed
    out."""

    def __init__(
        self,
        backlog: Backlog,
        leases: Leases,
        on_turn: Callable[[PendingJob], None],
        waiting: Waiting,
    ) -> None:
        self._backlog, self._leases = backlog, leases
        self._on_turn, self._waiting = on_turn, waiting
        self._alone = Alone(leases)

    def next_tasks(self, now: float) -> list[Task]:
        """Tasks for one lease, none where its worker has to wait."""
        entry = self._alone.next_job(now, lambda: self._backlog.next_job(now))
        if entry is None:
            return []
        tasks = [self._hand_out(entry)]
        self._alone.handed_out(tasks[0], now)
        while self._backlog.goes_on(entry, tasks, self._leases.workers):
            tasks.append(self._hand_out(entry))
        # Small jobs share a lease, but never while another worker would be left without one, nor
        # with a task that has cost workers.
        share = min(SMALL_JOBS_A_LEASE, 1 + self._waiting.count // max(1, self._leases.workers))
        while entry.small and not tasks[0].strikes and len(tasks) < share:
            if (small := self._backlog.next_small_job(entry.priority)) is None:
                break
            tasks.append(self._hand_out(small))
        return tasks

    def longest_wait(self, now: float, longest_s: float) -> float:
        """How many seconds a worker may sleep, `longest_s` at most, without missing a task."""
        return self._alone.longest_wait(now, self._backlog.longest_wait(now, longest_s))

    @property
    def waits_for_leases(self) -> bool:
        """Whether the end of a lease lets another begin."""
        return self._alone.is_on

    def _hand_out(self, entry: PendingJob) -> Task:
        self._on_turn(entry)
        return self._backlog.take(entry)
