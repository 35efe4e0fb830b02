"""Which delivery is next: when each is due, and that no receiver takes all the threads."""

import heapq
import itertools
from collections import Counter, OrderedDict, deque
from typing import NamedTuple

PER_HOST = 2
"""Attempts at one receiver's host at once; others are not kept waiting by a slow one."""


class Ticket(NamedTuple):
    """A delivery that waits. Of one delivery, only the newest ticket counts."""

    due: float
    number: int
    job_id: str
    run: int
    host: str


class WaitingList:
    """In memory, for whoever holds the lock of it. Times are seconds of one clock."""

    def __init__(self) -> None:
        self._later: list[Ticket] = []
        self._now: OrderedDict[str, deque[Ticket]] = OrderedDict()
        self._newest: dict[tuple[str, int], int] = {}
        self._busy: Counter[str] = Counter()
        self._numbers = itertools.count()

    def __len__(self) -> int:
        return len(self._newest)

    def add(self, due: float, job_id: str, run: int, host: str, *, anew: bool = False) -> None:
        """Have a delivery wait; one that does so already stays where it is, unless `anew`."""
        if (job_id, run) in self._newest and not anew:
            return
        ticket = Ticket(due, next(self._numbers), job_id, run, host)
        self._newest[job_id, run] = ticket.number
        heapq.heappush(self._later, ticket)

    def take(self, now: float) -> Ticket | None:
        """The next one that is due, of each host in turn; it is to be given back by `done`."""
        while self._later and self._later[0].due <= now:
            ticket = heapq.heappop(self._later)
            self._now.setdefault(ticket.host, deque()).append(ticket)
        for host in list(self._now):
            if self._busy[host] >= PER_HOST:
                continue
            waiting = self._now[host]
            while waiting:
                ticket = waiting.popleft()
                if self.is_newest(ticket):
                    self._keep_turn(host)
                    self._busy[host] += 1
                    return ticket
            del self._now[host]
        return None

    def is_newest(self, ticket: Ticket) -> bool:
        """Whether nobody has asked anew since it was taken."""
        return self._newest.get((ticket.job_id, ticket.run)) == ticket.number

    def done(self, ticket: Ticket, again_at: float | None) -> None:
        """An attempt is over; the delivery waits on until `again_at`, or (None) is done with."""
        self._busy[ticket.host] -= 1
        if not self._busy[ticket.host]:
            del self._busy[ticket.host]
        if not self.is_newest(ticket):
            return
        del self._newest[ticket.job_id, ticket.run]
        if again_at is not None:
            self.add(again_at, ticket.job_id, ticket.run, ticket.host)

    def next_due(self) -> float | None:
        """When the next one is due that is not yet; None where there is none."""
        return self._later[0].due if self._later else None

    def _keep_turn(self, host: str) -> None:
        if self._now[host]:
            self._now.move_to_end(host)
        else:
            del self._now[host]
