"""A task that runs while nothing else does: the machine ran out of memory over it once."""

from collections.abc import Callable

from gristmill.pool.dispatch.leases import Leases
from gristmill.pool.dispatch.pending_job import PendingJob
from gristmill.schemas.jobs.tasks import Task

EMPTY_S = 30.0
"""Seconds that such a task waits for the others to end. Then it runs beside them, as far as they
are still at work: one long document of somebody else must not stop the service."""
HOLD_S = 60.0
"""Seconds that it may keep the others waiting while it runs. They go on after that, beside it."""


class Alone:
    """One such task at a time, first while it waits for the leases that are out, then while it is
    out itself. Guarded by the queue's lock; times are on the queue's clock."""

    def __init__(self, leases: Leases) -> None:
        self._leases = leases
        self._entry: PendingJob | None = None
        self._running: Task | None = None
        self._until = 0.0

    def next_job(
        self, now: float, whose_turn: Callable[[], PendingJob | None]
    ) -> PendingJob | None:
        """The job whose first task may be handed out now; `whose_turn` is asked where nothing has
        to be alone."""
        if self._running is not None:
            if now < self._until and self._leases.has(self._running):
                return None
            self._running = None
        # What waited here may have been cancelled, or stand behind another that came back; its
        # job has a place among the others then, or needs none.
        entry, self._entry = self._entry, None
        if entry is None or not _is_alone(entry):
            entry = whose_turn()
            if entry is None or not _is_alone(entry):
                return entry
            self._until = now + EMPTY_S
        if self._leases.tasks and now < self._until:
            self._entry = entry
            return None
        return entry

    def handed_out(self, task: Task, now: float) -> None:
        """A task was handed out; while it is one of these, others wait."""
        if task.alone:
            self._running, self._until = task, now + HOLD_S

    def longest_wait(self, now: float, longest_s: float) -> float:
        """How many seconds a worker may sleep without missing that the others may go on."""
        if self._entry is None and self._running is None:
            return longest_s
        return max(0.001, min(longest_s, self._until - now))

    @property
    def is_on(self) -> bool:
        """Whether workers wait for the end of leases."""
        return self._entry is not None or self._running is not None


def _is_alone(entry: PendingJob) -> bool:
    return not entry.to_plan and bool(entry.tasks and entry.tasks[0].alone)
