"""Answers of a moment ago, for those who ask again and again."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

_FRESH_S = 1.0
_MOST = 64


class Lately:
    """Keeps a few answers for a second. Thread-safe: who comes while one is made makes another."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[Hashable, tuple[float, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """The answer for `key`, at most a second old."""
        now = self._clock()
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None and now - kept[0] < _FRESH_S:
            return kept[1]
        made = make()
        with self._lock:
            self._kept[key] = (now, made)
            self._kept.move_to_end(key)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return made
