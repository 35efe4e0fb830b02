"""Tasks that wait for their time: retries with a backoff."""

import heapq

from gristmill.pool.dispatch.pending_job import PendingJob
from gristmill.schemas.jobs.tasks import Task


class Delays:
    """Ordered by when they are due, on the queue's own clock. Guarded by the queue's lock."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, PendingJob, Task]] = []

    def add(self, entry: PendingJob, task: Task, due: float) -> None:
        heapq.heappush(self._heap, (due, task.task_id, entry, task))

    def pop_due(self, now: float) -> tuple[PendingJob, Task] | None:
        """Remove and return the task that was due first, with its job; None where none is due
        yet."""
        if self._heap and self._heap[0][0] <= now:
            return heapq.heappop(self._heap)[2:]
        return None

    def drop(self, entry: PendingJob) -> int:
        """Forget the tasks of a job; returns how many."""
        kept = [item for item in self._heap if item[2] is not entry]
        dropped = len(self._heap) - len(kept)
        heapq.heapify(kept)
        self._heap = kept
        return dropped

    def longest_wait(self, now: float, longest_s: float) -> float:
        """How many seconds a waiter may sleep, `longest_s` at most, without missing one."""
        if not self._heap:
            return longest_s
        return max(0.001, min(longest_s, self._heap[0][0] - now))
