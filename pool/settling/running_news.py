"""Holds back the news that a job runs, for a moment in which most small jobs end.

A job that ended has `running` in its history anyhow; writing it out just before would cost one
more file for each of them.
"""

import queue
import threading
import time
from collections.abc import Callable

from gristmill.pool.dispatch.pending_job import PendingJob

HOLD_S = 0.1


class RunningNews:
    """Passes an entry on to `settle` after HOLD_S seconds if its job still runs then."""

    def __init__(self, settle: Callable[[PendingJob], None]) -> None:
        self._settle = settle
        self._inbox: queue.SimpleQueue[tuple[float, PendingJob] | None] = queue.SimpleQueue()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="running-news", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def add(self, entry: PendingJob) -> None:
        """A job was leased for the first time. The queue calls this under its lock."""
        self._inbox.put((time.monotonic() + HOLD_S, entry))

    def stop(self, timeout_s: float) -> None:
        """What is held back is dropped: a job that is still pending is recovered as one that
        waits."""
        self._over.set()
        self._inbox.put(None)
        self._thread.join(timeout_s)

    def alive(self) -> bool:
        return self._thread.is_alive()

    def pass_on_waiting(self) -> None:
        """Pass on what is held back, due or not, in the calling thread, instead of `start`."""
        self._inbox.put(None)
        while (held := self._inbox.get()) is not None:
            self._pass_on(held[1])

    def _run(self) -> None:
        while (held := self._inbox.get()) is not None:
            due, entry = held
            if self._over.wait(max(0.0, due - time.monotonic())):
                return
            self._pass_on(entry)

    def _pass_on(self, entry: PendingJob) -> None:
        if entry.finished_at is None:
            self._settle(entry)
