"""Long polls: a bounded number of threads waits for a job to change."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

_FIRST_PAUSE_S = 0.005
_LONGEST_PAUSE_S = 0.1
_GROWTH = 1.4
_Seen = TypeVar("_Seen")


class WaitingRoom:
    """At most `places` threads wait at once; one more is answered at once, so that long polls
    never take every thread of the process. `stopping` ends every wait."""

    def __init__(self, places: int, stopping: threading.Event) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._stopping = stopping

    def wait(
        self,
        look: Callable[[], _Seen],
        enough: Callable[[_Seen], bool],
        seconds: float,
        longest_pause_s: float = _LONGEST_PAUSE_S,
    ) -> _Seen:
        """Look until it is `enough` or `seconds` have passed; the last look.

        The disk is looked at again and again because another process writes it. The pause grows:
        short jobs are answered within milliseconds, long ones cost ten looks a second, or as many
        as the longest pause says.
        """
        seen = look()
        if seconds <= 0 or enough(seen):
            return seen
        with self._place() as free:
            deadline = time.monotonic() + seconds if free else 0.0
            pause = _FIRST_PAUSE_S
            while (left := deadline - time.monotonic()) > 0 and not enough(seen):
                if self._stopping.wait(min(pause, left)):
                    break
                seen = look()
                pause = min(pause * _GROWTH, longest_pause_s)
        return seen

    @contextmanager
    def _place(self) -> Iterator[bool]:
        free = self._places.acquire(blocking=False)
        try:
            yield free
        finally:
            if free:
                self._places.release()
