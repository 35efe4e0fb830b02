"""The gate that the writers of a library pass one by one.

SQLite alone makes a waiting writer sleep for up to 100 ms while others overtake it. Measured in
twelve pairs of runs on two shared, noisy cores, two and three processes committing eight tiny
documents at a time, 600 times each:

    longest wait    shorter with the gate in all pairs: median 63 ms, without it 633 ms
    documents/s     median ratio 1.3 (0.8 to 1.4) where writers work 2 ms in between, as ours do;
                    0.9 (0.7 to 1.0) where they do nothing else
    p99             better with it (6 to 22 ms, not 10 to 84) in the first case; worse (37 to 76 ms,
                    not 5 to 9) in the second: SQLite then lets one writer run on, others starve

A blocking flock(2) would queue fairly, but a stopped process that holds it would stop all others
without end.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from gristmill.storage.disk.locks import HeldLock, try_lock

BUSY_S = 30.0
"""Seconds to wait for other writers."""
_PAUSE_S = 0.0005
_LONG_PAUSE_S = 0.01
_LONG_S = 1.0
"""After this long, somebody writes a big plan: there is no hurry any more."""


class Patience(NamedTuple):
    """How a writer waits for the others: `seconds` at most. `beat` is a sign of life, given all
    the while, and while much is written; it is called between two steps of SQLite, and must not
    raise. Where it says True, what is under way is given up with LibraryTrouble."""

    seconds: float = BUSY_S
    beat: Callable[[], bool] | None = None


USUAL = Patience()


@contextmanager
def pass_gate(path: Path, patience: Patience = USUAL) -> Iterator[None]:
    """Hold the gate at `path`; the death of its holder frees it.

    Raises sqlite3.OperationalError when it is not free in time, as SQLite does for its own lock,
    and OSError.
    """
    lock = try_lock(path) or _wait(path, patience)
    try:
        yield
    finally:
        lock.release()


def _wait(path: Path, patience: Patience) -> HeldLock:
    started = time.monotonic()
    while (waited := time.monotonic() - started) < patience.seconds:
        time.sleep(_PAUSE_S if waited < _LONG_S else _LONG_PAUSE_S)
        if lock := try_lock(path):
            return lock
        if patience.beat is not None and patience.beat():
            raise sqlite3.OperationalError("interrupted")
    raise sqlite3.OperationalError(
        f"another writer has held {path.name} for {patience.seconds:g} s; the library is locked"
    )
