"""Housekeeping beside the supervisor's loop."""

import logging
import threading
import time
from collections.abc import Callable

from gristmill.schemas.problems.errors import GristmillError
from gristmill.schemas.problems.library_errors import LibraryDamaged

_log = logging.getLogger(__name__)


class Periodic:
    """Does `work` now and then, in a thread: it reads many files. Never twice at a time. What goes
    wrong is said, as `trouble`, and the next time is another try."""

    def __init__(
        self, work: Callable[[], None], *, trouble: str, first_s: float, every_s: float
    ) -> None:
        self._work, self._trouble, self._every_s = work, trouble, every_s
        self._due = time.monotonic() + first_s
        self._thread: threading.Thread | None = None

    def tick(self) -> None:
        """Call often."""
        if time.monotonic() < self._due or (self._thread and self._thread.is_alive()):
            return
        self._due = time.monotonic() + self._every_s
        self._thread = threading.Thread(target=self.once, name="chore", daemon=True)
        self._thread.start()

    def once(self) -> None:
        """Do it now, in this thread."""
        try:
            self._work()
        except LibraryDamaged:
            pass  # `DamageWatch` says it once; when it is mended, all goes on
        except (OSError, GristmillError) as error:
            _log.warning("%s, trying again: %s", self._trouble, error)
