"""Keeps the reserve of the data folder, beside the supervisor's loop."""

import logging
import time

from gristmill.schemas.configuration.settings import MIB, Settings
from gristmill.storage.disk.reserve import Reserve
from gristmill.storage.layout import DataFolder

_EVERY_S = 2.0
_log = logging.getLogger(__name__)


class ReserveKeeper:
    """Used by the supervisor's loop alone."""

    def __init__(self, folder: DataFolder, settings: Settings) -> None:
        self._folder, self._reserve = folder, Reserve(folder.root)
        self._size = settings.reserve_mb * MIB
        self._least_free = settings.min_free_disk_mb * MIB
        self._due, self._kept = 0.0, True

    def short(self) -> bool:
        """Whether there is less room than the reserve has: what is left is for those who delete,
        cancel and purge."""
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + _EVERY_S
            self._look()
        return not self._kept

    def _look(self) -> None:
        try:
            kept = self._reserve.keep(self._size, self._least_free)
        except OSError:
            # The folder is out of reach, which others say.
            return
        if self._kept and not kept:
            _log.error(
                "the disk of %s is full: jobs wait; delete, cancel and purge still work with what "
                "was kept for that",
                self._folder.root,
            )
        self._kept = kept
