"""Finds jobs on disk that the queue does not know: at the start all of them, later the strays."""

import gc
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.settling.indexer import Indexer
from gristmill.schemas.jobs.offers import Offer, offer_of
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import GristmillError
from gristmill.schemas.problems.library_errors import LibraryDamaged
from gristmill.storage.library import Library
from gristmill.storage.stores import Stores

SWEEP_S = 1.0
_SHARE = 0.05
"""A sweep may take this share of the time: it lists the whole pending folder."""
_INDEX_LAG_S = 60.0
_AT_ONCE = 1000
_Found = TypeVar("_Found")
_log = logging.getLogger(__name__)


class Recovery:
    """Rebuilds the queue from the manifests of a data folder."""

    def __init__(
        self,
        stores: Stores,
        queue: JobQueue,
        indexer: Indexer,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stores, self._queue, self._indexer, self._clock = stores, queue, indexer, clock
        self._manifests, self._keys, self._spool = stores.manifests, stores.keys, stores.spool
        self._next_sweep = clock() + SWEEP_S
        self._complained: set[str] = set()

    def at_start(self) -> int:
        """Queue every pending job, in the order they were accepted; returns their number."""
        # All that is made here stays: looking for garbage in it again and again would take a
        # quarter of the time of a restart with 100,000 jobs.
        gc.disable()
        try:
            return self._all_pending()
        finally:
            gc.enable()

    def _all_pending(self) -> int:
        waiting, ended = self._manifests.all_pending_ids()
        for job_id in ended:
            self._try(self._finish, job_id)
        read = self._manifests.pending_reader()
        found = (self._try(read, job_id) for job_id in waiting)
        offers = [offer_of(manifest) for manifest in found if manifest is not None]
        restored = self._queue.restore(offers)
        if restored == len(waiting):
            # Otherwise the sweeps have to come back to what could not be read, or has the key of
            # another job.
            self._manifests.know_all()
        try:
            self._mend_index(offers)
        except LibraryDamaged:
            # The jobs wait until it is mended, and the index is then made anew.
            _log.warning("the job index is not brought up to date: the library is damaged")
        return restored

    def sweep(self) -> None:
        """Queue jobs whose submitter died between its manifest and its offer. Call often."""
        now = self._clock()
        if now < self._next_sweep:
            return
        known = self._queue.pending_ids()
        try:
            strays = self._manifests.strays(known)
        except OSError as error:
            _log.warning("the pending jobs cannot be listed, trying again: %s", error)
            strays = []
        for job_id in strays:
            self.adopt(job_id)
        took = self._clock() - now
        self._next_sweep = now + max(SWEEP_S, took / _SHARE)

    def sweep_soon(self) -> None:
        """A submitter died: do not wait for the next regular sweep."""
        self._next_sweep = 0.0

    def adopt(self, job_id: str) -> None:
        """Queue a stray. A live submitter holds the key's lock from before its manifest until
        after its offer, so whoever gets that lock sees a stray for what it is."""
        try:
            manifest = self._manifests.read_pending(job_id)
            if manifest is not None:
                with self._keys.hold([manifest.key], timeout_s=0.05):
                    # Only under the lock: both manifests exist while a job is being reopened, too.
                    if self._manifests.is_ended(job_id):
                        self._finish(job_id)
                    elif (manifest := self._manifests.read_pending(job_id)) is not None:
                        self._queue.offer(offer_of(manifest), True)
        except (OSError, GristmillError) as error:
            self._complain(job_id, error)

    def _complain(self, job_id: str, error: Exception) -> None:
        if job_id not in self._complained:
            self._complained.add(job_id)
            _log.warning("job %s cannot be taken up: %s", job_id, error)

    def _try(self, take_up: Callable[[str], _Found], job_id: str) -> _Found | None:
        try:
            return take_up(job_id)
        except (OSError, GristmillError) as error:
            # The sweeps come back to it.
            self._complain(job_id, error)
            return None

    def _finish(self, job_id: str) -> None:
        """Do the rest of a settling that a crash cut short. Only a still pending entry of the
        queue may hold on to the file."""
        ended = self._manifests.read_terminal(job_id)
        if ended is not None and not self._queue.pending(job_id):
            self._spool.release(ended)
            self._manifests.drop_pending(job_id)
            self._indexer.add([ended])

    def _mend_index(self, offers: Sequence[Offer]) -> None:
        """Jobs that were accepted or ended just before a crash: without a row, or with one that
        says something else."""
        pending = dict[str, JobState]()
        with self._stores.library() as library:
            for state in (JobState.QUEUED, JobState.RUNNING):
                pending.update((job_id, state) for job_id in _listed(library, state))
        for offer in offers:
            if pending.pop(offer.job_id, None) is not offer.state:
                self._indexer.accepted(offer)
        # The index is at most that late, so all the rest has a row, if perhaps an old one.
        self._indexer.add(self._manifests.ended_last(_INDEX_LAG_S, _log.error))
        read = self._manifests.read_terminal
        ended = (self._try(read, job_id) for job_id in self._manifests.ended_among(pending))
        self._indexer.add(manifest for manifest in ended if manifest)


def _listed(library: Library, state: JobState) -> Iterator[str]:
    """The jobs that are in a state, as the index has it."""
    after = None
    while page := library.jobs_page(state=state, collection=None, after=after, limit=_AT_ONCE):
        yield from page
        after = page[-1]
