"""Bytes of memory that may be taken at once, counted before they are."""

import threading


class MemoryBudget:
    """`most` bytes. Whoever takes gives back as many. Thread-safe; nobody ever waits."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._lock = threading.Lock()

    def fits(self, size: int) -> bool:
        """Whether so much could be taken now."""
        return size <= self._left

    def take(self, size: int) -> bool:
        """Take so much; False where there is less."""
        with self._lock:
            if size > self._left:
                return False
            self._left -= size
            return True

    def give(self, size: int) -> None:
        with self._lock:
            self._left += size
