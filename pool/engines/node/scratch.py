"""The folder of a node's process, for its sockets, its board and what its lives put aside."""

import shutil
import tempfile
from contextlib import suppress
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path

from gristmill.storage.disk.locks import HeldLock, try_lock

_PREFIX, _LOCK = "gristmill-node-", "lock"
_held: list[HeldLock] = []
"""Until this process ends, however that is."""


@cache
def scratch_of(pid: int) -> Path:
    """A folder of this process, until it ends; what killed ones have left is removed. One, however
    many foremen it has after each other: multiprocessing remembers where its sockets are, and its
    forkserver outlives a foreman. Raises OSError."""
    path = _own()
    # After the sockets, which multiprocessing takes away at -100 and wants to find.
    Finalize(None, shutil.rmtree, (path,), {"ignore_errors": True}, exitpriority=-200)
    for other in path.parent.glob(f"{_PREFIX}*"):
        # Another user's, or gone meanwhile.
        with suppress(OSError):
            _drop_if_left(other)
    return path


def _own() -> Path:
    while True:
        path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        if (lock := try_lock(path / _LOCK)) is not None:
            _held.append(lock)
            return path
        # Another one took it for left, before it was locked, and removes it.


def _drop_if_left(path: Path) -> None:
    # One without a lock is just being made.
    if (path / _LOCK).is_file() and (lock := try_lock(path / _LOCK)) is not None:
        try:
            shutil.rmtree(path, ignore_errors=True)
        finally:
            lock.release()
