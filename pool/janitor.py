"""Drops ended jobs by age, now and then, beside the supervisor's loop."""

import logging
import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta

from gristmill.schemas.errors import GristmillError
from gristmill.storage.layout import DataFolder
from gristmill.storage.retention import purge

_FIRST_S, _EVERY_S = 60.0, 3600.0
_log = logging.getLogger(__name__)


class Janitor:
    """`days` 0 keeps everything. One purge at a time, in a thread: it reads many files."""

    def __init__(self, folder: DataFolder, days: float) -> None:
        self._folder, self._days = folder, days
        self._due = time.monotonic() + _FIRST_S
        self._thread: threading.Thread | None = None

    def tick(self) -> None:
        if not self._days or time.monotonic() < self._due:
            return
        if self._thread is None or not self._thread.is_alive():
            self._due = time.monotonic() + _EVERY_S
            self._thread = threading.Thread(target=self._purge, name="janitor", daemon=True)
            self._thread.start()

    def _purge(self) -> None:
        try:
            purged = purge(self._folder, datetime.now(UTC) - timedelta(days=self._days))
        except (OSError, sqlite3.Error, GristmillError) as error:
            _log.warning("ended jobs were not purged, trying again in an hour: %s", error)
        else:
            if purged.jobs:
                _log.info("purged %d jobs that ended %g days ago", purged.jobs, self._days)
