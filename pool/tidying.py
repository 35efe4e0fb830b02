"""Drops what an ended job needs no longer."""

from contextlib import suppress

from gristmill.schemas.manifest import Manifest
from gristmill.schemas.states import JobState
from gristmill.storage.layout import DataFolder
from gristmill.storage.spool import Spool


class Tidy:
    """Called between the two steps of settling, and again where a crash came between them."""

    def __init__(self, folder: DataFolder) -> None:
        self._spool = Spool(folder)

    def __call__(self, ended: Manifest) -> None:
        """Drop uploads that no retry will read. Bytes that a failing disk keeps are an orphan,
        which `gristmill check` finds."""
        if ended.state is JobState.SUCCEEDED:
            with suppress(OSError):
                self._spool.discard(ended.sources)
