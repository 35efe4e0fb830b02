"""Submissions that come at the same time share one accept: one durable write, one round trip.

Nobody waits for others to come. Whoever comes while an accept is under way is taken along, with all
that came meanwhile, by the next one. Under load that is most of them. Two accepts at a time would
overlap their waits for the disk, but each took fewer along, and their threads fought for the
interpreter: measured, a tenth fewer jobs a second.
"""

import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Protocol

from gristmill.pool.intake.drafts import Draft, rounds

_MOST = 64
_LOOK_S = 5.0
_log = logging.getLogger(__name__)


class _Ticket(Protocol):
    """A draft in the line. Called upon once: to lead the next accept, or when another has taken it
    along."""

    draft: Draft

    def lead(self) -> None: ...

    def tell(self, error: BaseException | None) -> None: ...


class Sharing:
    """Calls `accept` with drafts that have manifests, no two with the same key, from the threads
    of those who wait for it and from one of its own. One call at a time."""

    def __init__(self, accept: Callable[[Sequence[Draft]], None]) -> None:
        self._accept = accept
        self._lock = threading.Lock()
        self._line: deque[_Ticket] = deque()
        self._under_way = False

    def __call__(self, draft: Draft) -> None:
        """Returns once the draft is decided. Raises what `accept` raised over it."""
        ticket = _Waiting(draft)
        if self._leads_at_once(ticket) or ticket.is_to_lead():
            self._lead(ticket)
        if ticket.error is not None:
            raise ticket.error

    def later(self, draft: Draft, done: Callable[[BaseException | None], None]) -> None:
        """Have a draft decided and `done` called then, in some thread, with what `accept` raised
        over it. Returns at once."""
        ticket = _Later(draft, done, self._lead)
        if self._leads_at_once(ticket):
            ticket.lead()

    def _leads_at_once(self, ticket: _Ticket) -> bool:
        with self._lock:
            if self._under_way:
                self._line.append(ticket)
                return False
            self._under_way = True
            return True

    def _lead(self, own: _Ticket) -> None:
        with self._lock:
            taken = [own, *(self._line.popleft() for _ in range(min(_MOST, len(self._line))))]
        error: BaseException | None = None
        try:
            for some in rounds([ticket.draft for ticket in taken]):
                self._accept(some)
        except BaseException as raised:
            error = raised
        finally:
            self._hand_over()
            for ticket in taken:
                ticket.tell(error)

    def _hand_over(self) -> None:
        with self._lock:
            # It leaves the line now: nobody else may take it along or call upon it once more.
            following = self._line.popleft() if self._line else None
            self._under_way = following is not None
        if following is not None:
            following.lead()


class _Waiting:
    """The ticket of a thread that waits."""

    __slots__ = ("_called", "_leads", "draft", "error")

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.error: BaseException | None = None
        self._leads = False
        # A bare lock: an event costs ten times as much, and there is one for each job.
        self._called = threading.Lock()
        self._called.acquire()

    def is_to_lead(self) -> bool:
        """Wait to be called upon; returns whether to lead."""
        # Whoever leads calls whatever happens; the waits that it does are bounded.
        while not self._called.acquire(timeout=_LOOK_S):
            pass
        return self._leads

    def lead(self) -> None:
        self._leads = True
        self._called.release()

    def tell(self, error: BaseException | None) -> None:
        self.error = error
        self._called.release()


class _Later:
    """The ticket of a draft for which no thread waits."""

    __slots__ = ("_done", "_work", "draft")

    def __init__(
        self,
        draft: Draft,
        done: Callable[[BaseException | None], None],
        work: Callable[[_Ticket], None],
    ) -> None:
        self.draft, self._done, self._work = draft, done, work

    def lead(self) -> None:
        _thread(os.getpid()).submit(self._work, self)

    def tell(self, error: BaseException | None) -> None:
        try:
            self._done(error)
        except Exception:
            _log.exception("what follows the decision on job %s failed", self.draft.job_id)


@lru_cache(maxsize=1)
def _thread(_pid: int) -> ThreadPoolExecutor:
    """That of this process: a forked child has none of its parent's threads."""
    return ThreadPoolExecutor(1, thread_name_prefix="accept")
