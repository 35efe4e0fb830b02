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
        self._inbox: queue.SimpleQueue[tuple[float, PendingJob]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="starter", daemon=True)
        self._thread.start()

    def add(self, entry: PendingJob) -> None:
        """A job was leased for the first time. The queue calls this under its lock."""
        self._inbox.put((time.monotonic() + HOLD_S, entry))

    def alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        while True:
            due, entry = self._inbox.get()
            time.sleep(max(0.0, due - time.monotonic()))
            if entry.finished_at is None:
                self._settle(entry)
