"""How often somebody may ask: a bucket of tokens for each key, and for each address without one."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

_BURST_S = 2.0
"""Seconds of silence that may be saved up and asked at once."""
_MOST_BUCKETS = 10_000


class Rates:
    """`per_second` tokens a second for each caller; 0 limits nobody. Thread-safe, for one process:
    each web process counts on its own."""

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second, self._clock = per_second, clock
        self._burst = max(1.0, per_second * _BURST_S)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def limits(self) -> bool:
        """Whether anybody is limited at all."""
        return self._per_second > 0

    def take(self, who: str) -> float:
        """Take a token; seconds until there is one where there is none now, else 0."""
        if not self._per_second:
            return 0.0
        with self._lock:
            now = self._clock()
            tokens, at = self._buckets.pop(who, (self._burst, now))
            tokens = min(self._burst, tokens + (now - at) * self._per_second)
            wait = 0.0 if tokens >= 1 else (1 - tokens) / self._per_second
            self._buckets[who] = (tokens if wait else tokens - 1, now)
            if len(self._buckets) > _MOST_BUCKETS:
                # The one that has been silent longest has the fullest bucket.
                self._buckets.popitem(last=False)
            return wait
