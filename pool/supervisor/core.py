"""The core of a service: what is pending, what becomes of it on disk, and what a crash left of it.

Put together here and nowhere else. It knows no process: whoever leases from the queue may be a
worker of any engine, a thread, or a test that does one step after the other.
"""

import time
from collections.abc import Callable

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.events.ring import EventRing
from gristmill.pool.recovery.recovery import Recovery
from gristmill.pool.settling.indexer import Indexer
from gristmill.pool.settling.running_news import RunningNews
from gristmill.pool.settling.settler import Moved, Settler, unmoved
from gristmill.pool.settling.tally import Tally
from gristmill.pool.webhooks.mover import WebhookMover
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.offers import Offer
from gristmill.storage.library import Library
from gristmill.storage.stores import Stores

RETRY_S = 0.5
"""A disk that refuses to write is full, most likely, and is for a while."""


class Core:
    """Queue, settler, running news, indexer and recovery of one data folder.

    After `start` each has its threads, until `stop`. Or nobody calls `start`, and what waits is
    done by `settle_waiting` and the indexer's `write_waiting`, in the thread that calls.
    To put it together begins a term, which ends every lease of an earlier one: there is one core a
    data folder at a time. Raises DataFolderUnusable.

    `depth`, `timeout_s`, `seats` and `quota` are the queue's, `retry_s` is the pause before what
    could not be written is tried again, `clock` gives seconds that never go back. `webhooks` tells
    receivers of ends; it is started and stopped by whoever has made it.
    """

    def __init__(
        self,
        stores: Stores,
        depth: int,
        timeout_s: float,
        *,
        retry_s: float = RETRY_S,
        clock: Callable[[], float] = time.monotonic,
        seats: int | None = None,
        quota: int = 0,
        on_move: Moved = unmoved,
        webhooks: WebhookMover | None = None,
    ) -> None:
        """`on_move` gets what the settler's does."""
        self.stores, self._on_move, self.webhooks = stores, on_move, webhooks
        with stores.library() as library:
            term = library.begin_term()
        self._on_end: Callable[[str], None] = lambda _: None
        self.indexer = Indexer(stores, retry_s)
        self.tally, self.events = Tally(), EventRing(term)
        self._settler = self._made_settler(retry_s)
        self._running_news = RunningNews(self._settler.add)
        self.queue = JobQueue(
            depth,
            timeout_s,
            on_accepted=self._accepted,
            on_started=self._running_news.add,
            on_finished=self._settler.add,
            on_reported=self.events.reported,
            clock=clock,
            term=term,
            seats=seats,
            quota=quota,
        )
        self.recovery = Recovery(stores, self.queue, self.indexer, clock)

    def _made_settler(self, retry_s: float) -> Settler:
        return Settler(
            self.stores,
            self.indexer,
            self._forget,
            retry_s,
            on_move=self._moved,
            before_end=self._expected,
        )

    def start(self, on_end: Callable[[str], None] = lambda _: None) -> None:
        """Begin to write. `on_end` gets the id of each job whose end is durable, just before the
        queue forgets it."""
        self._on_end = on_end
        for part in (self.indexer, self._settler, self._running_news):
            part.start()

    def stop(self, timeout_s: float) -> None:
        """Write what waits; ends, and then the index, get up to `timeout_s` seconds each. What is
        not done by then is found at the next start."""
        for part in (self._running_news, self._settler, self.indexer):
            part.stop(timeout_s)

    def alive(self) -> bool:
        """Whether every thread is at work."""
        return all(part.alive() for part in (self.indexer, self._settler, self._running_news))

    def settle_waiting(self) -> None:
        """Write what happened to jobs, in the calling thread, instead of `start`; see the settler's
        for what it raises."""
        self._running_news.pass_on_waiting()
        self._settler.settle_waiting()

    def _accepted(self, offer: Offer) -> None:
        self.indexer.accepted(offer)
        self.events.accepted(offer)

    def _expected(self, end: Manifest) -> None:
        if self.webhooks is not None:
            self.webhooks.expect(end)

    def _moved(self, before: Manifest, after: Manifest, library: Library) -> None:
        self.events.changed(after)
        if after.state.terminal:
            self.tally.ended(before.counts, after)
            if self.webhooks is not None:
                self.webhooks.ended(after)
        self._on_move(before, after, library)

    def _forget(self, *job_ids: str) -> None:
        for job_id in job_ids:
            self._on_end(job_id)
        self.queue.forget(*job_ids)
