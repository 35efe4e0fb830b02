"""One supervisor a data folder."""

import contextlib
import time
from collections.abc import Iterator

from gristmill.pool.client.connection import supervisor_info
from gristmill.schemas.problems.errors import DataFolderBusy, DataFolderUnusable
from gristmill.storage.disk.locks import try_lock
from gristmill.storage.layout import DataFolder

_WAIT_S = 1.0
"""A supervisor that was just killed may leave the lock to a dying child for a moment."""


@contextlib.contextmanager
def owned(folder: DataFolder) -> Iterator[None]:
    """Hold the folder's supervisor lock. Raises DataFolderBusy naming the holder."""
    deadline = time.monotonic() + _WAIT_S
    try:
        while (lock := try_lock(folder.supervisor_lock)) is None:
            if time.monotonic() > deadline:
                raise DataFolderBusy(
                    f"another supervisor ({_holder(folder)}) works on {folder.root}; "
                    "use its server, end it, or choose another folder with --data"
                )
            time.sleep(0.05)
    except OSError as error:
        raise DataFolderUnusable(
            f"cannot lock {folder.supervisor_lock}: {error.strerror}"
        ) from None
    try:
        folder.supervisor_info.unlink(missing_ok=True)
        yield
    finally:
        lock.release()


def _holder(folder: DataFolder) -> str:
    info = supervisor_info(folder)
    return f"pid {info.pid}" if info else "one that is just starting"
