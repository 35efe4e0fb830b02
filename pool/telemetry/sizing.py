"""How much lies in the folders that nobody counts, looked at a little at a time."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from gristmill.schemas.telemetry import service_measures as measures
from gristmill.storage.layout import DataFolder
from gristmill.storage.records.meters import Meter

_EVERY_S = 60.0
_FILES_A_TICK = 200
"""A millisecond or so: the supervisor's loop has other things to do."""


class Sizing:
    """Used by the supervisor's loop alone."""

    def __init__(self, folder: DataFolder, meter: Meter) -> None:
        self._meter = meter
        self._places = (
            (measures.SPOOL_BYTES, folder.spool),
            (measures.ORIGINALS_BYTES, folder.originals),
        )
        self._due = 0.0
        self._looking: Iterator[None] | None = None

    @property
    def is_looking(self) -> bool:
        return self._looking is not None

    def tick(self) -> None:
        """Call often."""
        if self._looking is None and time.monotonic() >= self._due:
            self._looking = self._look()
        if self._looking is not None and next(self._looking, self) is self:
            self._looking, self._due = None, time.monotonic() + _EVERY_S

    def _look(self) -> Iterator[None]:
        """Looks at some files, then waits to be asked again."""
        seen = 0
        for measure, place in self._places:
            total = 0
            for size in _sizes(place):
                total += size
                seen += 1
                if seen % _FILES_A_TICK == 0:
                    yield
            self._meter.set(measure, float(total))


def _sizes(place: Path) -> Iterator[int]:
    """The bytes of each file below a folder. What goes meanwhile is left out."""
    folders = [str(place)]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        yield _size(entry)
        except OSError:
            continue


def _size(entry: "os.DirEntry[str]") -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0
