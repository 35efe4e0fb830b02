"""Submissions that come at the same time share one accept: one durable write, one round trip.

Nobody waits for others to come. Whoever comes while accepts are under way is taken along, with all
that came meanwhile, by the next one. Under load that is most of them.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence

from gristmill.pool.client.drafts import Draft, rounds

AT_ONCE = 2
"""Accepts under way: while one waits for the disk, the next one gets ready."""
_MOST = 64
_LOOK_S = 5.0


class _Ticket:
    """A draft in the line. Woken once: to lead the next accept, or when it has been taken along."""

    __slots__ = ("draft", "error", "leads", "woken")

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        # A bare lock: an event costs ten times as much, and there is one for each job.
        self.woken = threading.Lock()
        self.woken.acquire()
        self.leads = False
        self.error: BaseException | None = None


class Sharing:
    """Calls `accept` with drafts that have manifests, no two with the same key, from the threads
    of those who submit."""

    def __init__(self, accept: Callable[[Sequence[Draft]], None]) -> None:
        self._accept = accept
        self._lock = threading.Lock()
        self._line: deque[_Ticket] = deque()
        self._under_way = 0

    def __call__(self, draft: Draft) -> None:
        """Returns once the draft is decided. Raises what `accept` raised over it."""
        ticket = _Ticket(draft)
        with self._lock:
            if self._under_way < AT_ONCE:
                self._under_way += 1
                ticket.leads = True
            else:
                self._line.append(ticket)
        if not ticket.leads:
            # Whoever leads wakes us whatever happens; the waits that it does are bounded.
            while not ticket.woken.acquire(timeout=_LOOK_S):
                pass
        if ticket.leads:
            self._lead(ticket)
        elif ticket.error is not None:
            raise ticket.error

    def _lead(self, own: _Ticket) -> None:
        with self._lock:
            taken = [self._line.popleft() for _ in range(min(_MOST, len(self._line)))]
        error: BaseException | None = None
        try:
            for some in rounds([own.draft, *(ticket.draft for ticket in taken)]):
                self._accept(some)
        except BaseException as raised:
            error = raised
            raise
        finally:
            self._hand_over(taken, error)

    def _hand_over(self, taken: Sequence[_Ticket], error: BaseException | None) -> None:
        with self._lock:
            # It leaves the line now: nobody else may take it along or wake it once more.
            following = self._line.popleft() if self._line else None
            if following is None:
                self._under_way -= 1
            else:
                following.leads = True
        for ticket in taken:
            ticket.error = error
            ticket.woken.release()
        if following is not None:
            following.woken.release()
