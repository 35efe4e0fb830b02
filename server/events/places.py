"""How many streams there may be at once, in all and of one client."""

import threading
from collections import Counter

from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.problems.access_errors import TooManyRequests
from gristmill.schemas.problems.overload import TooManyStreams

_RETRY_AFTER_S = 5


class Places:
    """Thread-safe. Whoever enters leaves again, once."""

    def __init__(self, settings: Settings) -> None:
        self._most, self._most_each = settings.max_event_streams, settings.max_peer_event_streams
        self._of: Counter[str] = Counter()
        self._lock = threading.Lock()

    def enter(self, peer: str) -> None:
        """Take a place for a client. Raises TooManyRequests, TooManyStreams."""
        with self._lock:
            if self._of[peer] >= self._most_each:
                raise TooManyRequests(
                    f"this client has {self._most_each} streams of events open "
                    "(max_peer_event_streams); close some",
                    _RETRY_AFTER_S,
                )
            if self._of.total() >= self._most:
                raise TooManyStreams(
                    f"{self._most} streams of events are open (max_event_streams); "
                    "try again when one has ended, or ask with wait= instead"
                )
            self._of[peer] += 1

    def leave(self, peer: str) -> None:
        """Give it back."""
        with self._lock:
            self._of[peer] -= 1
            if self._of[peer] <= 0:
                del self._of[peer]
