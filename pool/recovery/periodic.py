"""Housekeeping beside the supervisor's loop."""

import threading
import time
from collections.abc import Callable


class Periodic:
    """Does `work` now and then, in a thread: it reads many files. Never twice at a time."""

    def __init__(
        self, name: str, work: Callable[[], None], *, first_s: float, every_s: float
    ) -> None:
        self._name, self._work, self._every_s = name, work, every_s
        self._due = time.monotonic() + first_s
        self._thread: threading.Thread | None = None

    def tick(self) -> None:
        """Call often."""
        if time.monotonic() < self._due or (self._thread and self._thread.is_alive()):
            return
        self._due = time.monotonic() + self._every_s
        self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
        self._thread.start()
