"""Room on the disk for bodies that are still coming, promised before it is taken."""

import os
import threading
from contextlib import suppress
from pathlib import Path

from gristmill.schemas.configuration.settings import MIB, Settings
from gristmill.schemas.problems.errors import StorageFailed, StorageFull
from gristmill.storage.disk.free import LEAST_FILES, free_on
from gristmill.storage.layout import DataFolder

COPIES = 2
"""A body lies on the disk twice for a moment: as it came, and as the document that is kept."""


class BodyRoom:
    """What may be promised on the disk of the data folder. Thread-safe.

    Several web processes do not know of each other's promises, so each has its share of what is
    free.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self._least = settings.min_free_disk_mb * MIB
        self._shares = settings.web_processes
        self._promised = 0
        self._lock = threading.Lock()

    def promise(self, size: int) -> "Promise":
        """Room for a body of `size` bytes. Raises StorageFull, StorageFailed."""
        promise = Promise(self)
        promise.grow(size)
        return promise

    def change(self, size: int) -> None:
        """Promise `size` bytes more, or less. Raises StorageFull, StorageFailed for more."""
        with self._lock:
            if size > 0:
                self._check(self._promised + size)
            self._promised += size

    def _check(self, wanted: int) -> None:
        try:
            free = free_on(self.folder)
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise StorageFailed(f"the data folder could not be used: {reason}") from None
        if free.files is not None and free.files < LEAST_FILES:
            raise StorageFull(
                f"the disk of the data folder can take {free.files} more files; remove some"
            )
        if wanted > (free.bytes - self._least) // self._shares:
            raise StorageFull(
                f"the disk of the data folder has {free.bytes // MIB} MiB free, too few for this "
                f"body beside others that are coming and the {self._least // MIB} MiB that stay "
                "free (min_free_disk_mb); free some space and try again"
            )


class Promise:
    """Room that one body may take. For one thread at a time."""

    def __init__(self, room: BodyRoom) -> None:
        self._room = room
        self._size = self._written = 0

    def grow(self, size: int) -> None:
        """See that a body of `size` bytes has room. Raises as `BodyRoom.promise`."""
        if size > self._size:
            self._room.change(COPIES * (size - self._size))
            self._size = size

    def written(self, size: int) -> None:
        """So much of the body is on the disk, and no longer counted among what is free."""
        self._room.change(self._written - size)
        self._written = size

    def end(self) -> None:
        """The body is gone, or all that became of it is on the disk."""
        self._room.change(self._written - COPIES * self._size)
        self._size = self._written = 0


def bodies_folder(folder: DataFolder) -> Path:
    """Where bodies lie that are too large for memory: on the disk whose room is watched. Their
    files are ours alone (0600) and have no name, so that none outlives its process; where a system
    gives them one for a moment, what a killed process left is removed here."""
    folder.bodies.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.bodies.iterdir():
        with suppress(OSError):
            left.unlink()
    return folder.bodies
