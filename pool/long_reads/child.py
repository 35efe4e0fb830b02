"""The process that answers long questions: `python -m gristmill.pool.long_reads.child FD FOLDER
SECONDS`. It is asked on a connection, one question after the other, and ends when that does, or
when nobody has asked for a while."""

import os
import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from gristmill.schemas.problems.library_errors import LibraryFault, LibraryTrouble
from gristmill.storage.stores import Stores

IDLE_S = 60.0
_MEMORY_BYTES = 2 << 30
_NICE = 5
"""Others are served meanwhile."""


def main() -> int:
    # A key or a signal for all of a group ends whoever asks, and by that us, once it is answered.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICE)
    descriptor, folder, seconds = sys.argv[1:]
    line, stores, timeout_s = Connection(int(descriptor)), Stores.at(folder), float(seconds)
    with suppress(EOFError, OSError):
        while line.poll(IDLE_S):
            line.send(_answer(stores, timeout_s, *line.recv()))
    return 0


def _answer(
    stores: Stores, timeout_s: float, method: str, args: tuple[Any, ...], named: dict[str, Any]
) -> tuple[bool, Any]:
    """Whether there is an answer, and the answer or what was raised."""
    try:
        # Opened for each question: beside that it costs nothing, and another file may have taken
        # the place of the one before.
        with stores.reader(timeout_s) as library:
            return True, getattr(library, method)(*args, **named)
    except MemoryError:
        return False, LibraryTrouble("it takes too much memory", fault=LibraryFault.TOO_LONG)
    except Exception as error:
        return False, error


if __name__ == "__main__":
    sys.exit(main())
