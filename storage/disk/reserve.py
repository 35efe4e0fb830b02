"""Bytes that are kept for the day on which the disk is full.

To delete, to cancel and to purge free room, and need some first: SQLite writes a deletion to its
log before anything else. So there is a file that can be given up for that.
"""

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from gristmill.schemas.problems.errors import StorageFull
from gristmill.schemas.problems.library_errors import LibraryFault, LibraryTrouble
from gristmill.storage import faults
from gristmill.storage.disk.durable import private, sync_folder

_Done = TypeVar("_Done")
_FULL = (errno.ENOSPC, errno.EDQUOT)
_MOST_OF_DISK = 16
"""A small disk is not filled with it: at most one part in so many."""


def is_full(error: BaseException) -> bool:
    """Whether an error says that the disk is full."""
    if isinstance(error, LibraryTrouble):
        return error.fault is LibraryFault.FULL
    return isinstance(error, StorageFull) or (isinstance(error, OSError) and error.errno in _FULL)


class Reserve:
    """The reserve file of a data folder. Safe from any process."""

    def __init__(self, root: Path) -> None:
        self._path = root / "reserve"

    def give_up(self) -> bool:
        """Free its bytes; False where there is none."""
        with suppress(OSError):
            self._path.unlink()
            return True
        return False

    def keep(self, size: int, least_free: int) -> bool:
        """Make it again where it is missing and there is room for it and `least_free` bytes beside
        it. Whether there is as much room as it has besides: what is less is for those who free
        some."""
        import shutil

        disk = shutil.disk_usage(self._path.parent)
        size = min(size, disk.total // _MOST_OF_DISK)
        if not size:
            self.give_up()
            return True
        if not self._path.exists() and disk.free >= size + max(size, least_free):
            self._make(size)
        return disk.free >= size

    def _make(self, size: int) -> None:
        temp = self._path.with_name(".reserve.tmp")
        try:
            descriptor = private(str(temp), os.O_WRONLY | os.O_CREAT)
            try:
                faults.disk("reserve.make")
                _fill(descriptor, size)
            finally:
                os.close(descriptor)
            temp.replace(self._path)
            sync_folder(self._path.parent)
        except OSError:
            with suppress(OSError):
                temp.unlink()


def with_reserve(root: Path, work: Callable[[], _Done]) -> _Done:
    """Do something that frees room; where the disk is too full even for that, once more without
    the reserve."""
    try:
        return work()
    except (OSError, LibraryTrouble, StorageFull) as error:
        if not is_full(error) or not Reserve(root).give_up():
            raise
    return work()


def _fill(descriptor: int, size: int) -> None:
    """Take real blocks: a file with a hole reserves nothing."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
    else:  # pragma: no cover
        piece = bytes(1024 * 1024)
        for at in range(0, size, len(piece)):
            os.write(descriptor, piece[: size - at])
    os.fsync(descriptor)
