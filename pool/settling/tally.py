"""How many jobs have ended since the start, for the charts of the overview."""

import threading

from gristmill.schemas.jobs.manifest import Counts, Manifest


class Tally:
    """How many jobs ended and documents failed since the start. Thread-safe: settlers add."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.jobs = self.failed = 0

    def ended(self, before: Counts, end: Manifest) -> None:
        """A job has ended. `before` has what ended in its earlier runs."""
        with self._lock:
            self.jobs += 1
            self.failed += max(0, end.counts.failed - before.failed)
