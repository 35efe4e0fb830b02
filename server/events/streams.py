"""One client's stream of events: what it wants, how far it has been, and where it leads."""

import threading
from collections.abc import Callable
from typing import NamedTuple

from gristmill.schemas.events import Position
from gristmill.schemas.filters import Filter
from gristmill.schemas.filters.matching import Facts, passes
from gristmill.storage.library.roles import Within

Outlet = Callable[[bytes, bool], None]
"""Takes events as they are sent, and whether they are the last ones. Returns at once."""


class Wish(NamedTuple):
    """Which events a client wants: those of one job, or all of the collections that it sees."""

    job_id: str | None
    within: Within
    condition: Filter | None

    def takes(self, facts: Facts) -> bool | None:
        """Whether an event is among them; None where that depends on what is not known yet."""
        if self.job_id is not None and facts["job_id"] != self.job_id:
            return False
        seen = (self.within,) if isinstance(self.within, str) else self.within
        if seen is not None and facts["collection"] not in seen:
            return False
        return True if self.condition is None else passes(self.condition, facts)


class EventStream:
    """`allowed` says whether whoever opened it may still see what it tells. `on_begin` is called
    once it leads somewhere, `on_leave` once when it is over, by whichever thread finds that out."""

    def __init__(
        self,
        wish: Wish,
        position: Position,
        allowed: Callable[[], bool],
        on_begin: "Callable[[EventStream], None]",
        on_leave: "Callable[[EventStream], None]",
    ) -> None:
        self.wish, self.position, self.allowed = wish, position, allowed
        self.noted = position
        self.over = False
        self._outlet: Outlet | None = None
        self._on_begin, self._on_leave = on_begin, on_leave
        self._left = threading.Lock()

    def begin(self, outlet: Outlet) -> None:
        """What is told from now on goes to `outlet`."""
        self._outlet = outlet
        self._on_begin(self)

    def tell(self, data: bytes, *, last: bool = False) -> None:
        """Send events. To be called by one thread, the feed's."""
        if not self.over and self._outlet is not None:
            self.over = last
            self._outlet(data, last)

    def leave(self) -> None:
        """Its client is gone, or it has ended. May be called again, from any thread."""
        self.over = True
        if self._left.acquire(blocking=False):
            self._on_leave(self)
