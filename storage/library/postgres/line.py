"""The thread of this process that talks to databases: one event loop, which others hand work to."""

import asyncio
import concurrent.futures
import os
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from gristmill.storage.library.sqlite.database.gate import Patience

_T = TypeVar("_T")
_BEAT_S = 0.5
"""Between two signs of life of whoever waits."""


class Line:
    """An event loop in a thread of its own, which ends with its process."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="postgres", daemon=True)
        self._thread.start()

    def ask(self, work: Coroutine[Any, Any, _T], patience: Patience) -> _T:
        """What comes of the work, which has time limits of its own. Where the patience's beat says
        so, it is given up with TimeoutError."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            while True:
                try:
                    return future.result(_BEAT_S)
                except concurrent.futures.TimeoutError:
                    # The same class as the work's own: only one that is done has raised it.
                    if future.done():
                        raise
                    if patience.beat is not None and patience.beat():
                        raise TimeoutError("interrupted") from None
        except BaseException:
            future.cancel()
            raise


_lines: dict[int, Line] = {}
_guard = threading.Lock()


def line() -> Line:
    """The one of this process. A fork's threads are gone: it has another."""
    with _guard:
        found = _lines.get(os.getpid())
        if found is None:
            _lines.clear()
            found = _lines[os.getpid()] = Line()
        return found
