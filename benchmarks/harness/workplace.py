"""Where runs put their data: on the disk to be measured, apart from each other."""

import itertools
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

_GET_FLAGS, _SET_FLAGS, _TOP_FOLDER = 0x80086601, 0x40086602, 0x00020000


@contextmanager
def workplace(parent: Path) -> Iterator[tuple[Path, Iterator[Path]]]:
    """Yields a folder, and new names for folders in it, one for each run.

    Nothing is removed before the end, and each run's files lie in another part of the disk: ext4
    without a journal makes a new file seek among those that were deleted near it in the last
    minutes (measured: 1 ms of CPU instead of 0.2), so one run's rubbish would slow the next.
    """
    with TemporaryDirectory(dir=parent, prefix=".bench-") as name:
        folder = Path(name)
        _spread(folder)
        yield folder, (folder / f"run-{number}" for number in itertools.count())


def _spread(folder: Path) -> None:
    """Have the folders in `folder` spread over the disk (`chattr +T`), where it can be done."""
    with suppress(ImportError, OSError):
        import fcntl
        import os

        descriptor = os.open(folder, os.O_RDONLY)
        try:
            flags = struct.unpack("l", fcntl.ioctl(descriptor, _GET_FLAGS, bytes(8)))[0]
            fcntl.ioctl(descriptor, _SET_FLAGS, struct.pack("l", flags | _TOP_FOLDER))
        finally:
            os.close(descriptor)
