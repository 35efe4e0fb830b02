"""Is the service making progress? Existence proves nothing: a deadlocked thread exists, too."""

import time

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.schemas.offers import Problem

_LOOP_S = 5.0
_STALL_S = 10.0


class Health:
    """Fed by the supervisor's loop, asked through the Manager."""

    def __init__(self, queue: JobQueue, boot_deadline_s: float) -> None:
        self._queue, self._boot_s = queue, boot_deadline_s
        self._beat = self._manned = time.monotonic()
        self._trouble: str | None = None
        self._held_up = False

    def beat(self, workers: int, trouble: str | None, held_up: bool = False) -> None:
        """The loop came by: so many workers are at the queue. `held_up`: it gives them nothing,
        for a reason that is told elsewhere."""
        self._beat = time.monotonic()
        if workers:
            self._manned = self._beat
        self._trouble, self._held_up = trouble, held_up

    def problems(self) -> list[Problem]:
        """What is wrong, worst first; empty when the service is ready."""
        now, stats = time.monotonic(), self._queue.stats()
        found = []
        if stats.draining:
            found.append(Problem("draining", "the service is shutting down"))
        if self._trouble is not None:
            found.append(Problem("workers_failing", self._trouble))
        elif now - self._manned > self._boot_s:
            found.append(
                Problem("workers_failing", f"no worker is at work since {now - self._manned:.0f} s")
            )
        if now - self._beat > _LOOP_S:
            found.append(
                Problem("stalled", f"the supervisor's loop stands since {now - self._beat:.0f} s")
            )
        if stats.waiting and not self._held_up and not stats.leased and stats.idle_s > _STALL_S:
            found.append(
                Problem(
                    "stalled", f"{stats.waiting} jobs wait, none was leased in {stats.idle_s:.0f} s"
                )
            )
        return found
