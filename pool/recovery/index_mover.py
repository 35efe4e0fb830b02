"""Brings words and vectors of an older library into the form of now, while it serves."""

import logging
import time
from typing import TYPE_CHECKING

from gristmill.pool.recovery.periodic import Periodic
from gristmill.storage.stores import Stores

if TYPE_CHECKING:
    from gristmill.storage.library import Library

_FIRST_S, _EVERY_S = 1.0, 1.0
_STEP = 500
"""Chunks in one transaction: others wait as long as for a large document."""
_ROUND_S = 0.5
"""Of each second; the rest is for those who work."""
_FOLLOWING_S = 30.0
"""To follow a library that is elsewhere keeps nobody from writing: it goes on until it is there."""
_SAY_EVERY_S = 10.0
_log = logging.getLogger(__name__)


class IndexMover:
    """The supervisor's hand on an index that moves. Killed at any time, the next one goes on."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._over = False
        self._began = self._follows = False
        self._say_at = 0.0
        self._chore = Periodic(
            self.look,
            trouble="the search index could not be moved on",
            first_s=_FIRST_S,
            every_s=_EVERY_S,
        )

    def tick(self) -> None:
        if not self._over:
            self._chore.tick()

    def look(self) -> None:
        """Move for a while; what then is left is for the next time."""
        with self._stores.library() as library:
            seconds = _FOLLOWING_S if library.follows else _ROUND_S
            deadline = time.monotonic() + seconds
            while (left := _moved(library)) and time.monotonic() < deadline:
                continue
            self._follows = library.follows
        self._say(left)

    def _say(self, left: int) -> None:
        if left and time.monotonic() >= self._say_at:
            self._say_at = time.monotonic() + _SAY_EVERY_S
            _log.info("the search index is brought up to date: %d chunks are left", left)
        if not left and self._began:
            _log.info("the search index is up to date")
        self._began = self._began or bool(left)
        self._over = not left and not self._follows


def _moved(library: "Library") -> int:
    """One step; how many chunks are left."""
    soundness = library.soundness
    return soundness.move_index(_STEP) or soundness.move_vectors(_STEP)
