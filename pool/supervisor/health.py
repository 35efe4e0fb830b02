"""Is the service making progress? Existence proves nothing: a deadlocked thread exists, too."""

import time
from collections.abc import Callable

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.schemas.jobs.offers import Problem
from gristmill.schemas.jobs.workers import Trouble

_LOOP_S = 5.0
_STALL_S = 10.0


class Health:
    """Fed by the supervisor's loop, asked through the Manager. Before the loop has come by for the
    first time the service starts, however long that takes, and nothing has stalled."""

    def __init__(
        self,
        queue: JobQueue,
        boot_deadline_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._queue, self._boot_s, self._clock = queue, boot_deadline_s, clock
        self._beat = self._manned = 0.0
        self._begun: float | None = None
        self._trouble: Trouble | None = None
        self._web_trouble: str | None = None
        self._held_up = False

    def beat(
        self,
        workers: int,
        trouble: Trouble | None,
        web_trouble: str | None = None,
        *,
        held_up: bool = False,
    ) -> None:
        """The loop came by: so many workers are at the queue, and this is wrong with them and with
        the web processes. `held_up`: the queue gives them nothing, for a reason that is told
        elsewhere."""
        self._beat = self._clock()
        self._web_trouble = web_trouble
        if self._begun is None:
            self._begun = self._manned = self._beat
        if workers:
            self._manned = self._beat
        self._trouble, self._held_up = trouble, held_up

    def problems(self) -> list[Problem]:
        """What is wrong, worst first; empty when the service is ready."""
        # First: a beat that comes meanwhile is later than now, not earlier.
        begun = self._begun
        now, stats = self._clock(), self._queue.stats()
        if begun is None:
            return [Problem("starting", "the service starts; what was accepted is safe")]
        found = []
        if stats.draining:
            found.append(Problem("draining", "the service is shutting down"))
        if self._trouble is not None:
            found.append(Problem("workers_failing", self._trouble.message))
        elif now - self._manned > self._boot_s:
            found.append(
                Problem("workers_failing", f"no worker is at work since {now - self._manned:.0f} s")
            )
        if now - self._beat > _LOOP_S:
            found.append(
                Problem("stalled", f"the supervisor's loop stands since {now - self._beat:.0f} s")
            )
        idle_s = min(stats.idle_s, now - begun)
        if stats.waiting and not self._held_up and not stats.leased and idle_s > _STALL_S:
            found.append(
                Problem("stalled", f"{stats.waiting} jobs wait, none was leased in {idle_s:.0f} s")
            )
        if self._web_trouble is not None:
            found.append(Problem("web_failing", self._web_trouble))
        return found
