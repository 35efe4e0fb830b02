"""Puts events into words: what the supervisor remembers, with what manifests and ledgers say."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import NamedTuple

from gristmill.schemas.events import (
    AtWork,
    DeletedTold,
    EventKind,
    Happened,
    Position,
    ProgressTold,
)
from gristmill.schemas.filters.matching import Facts
from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.schemas.outcomes.documents import LedgerRow
from gristmill.schemas.problems.library_errors import LibraryTrouble
from gristmill.server.events.wording import (
    facts_of_deleted,
    facts_of_document,
    facts_of_job,
    facts_of_progress,
    message,
    told_of,
    told_of_change,
    told_of_row,
)
from gristmill.storage.library import Library
from gristmill.storage.library.roles import Within
from gristmill.storage.manifests import LEFT_OUT, Manifests

_MOST_KNOWN = 10_000
_ROWS_AT_ONCE = 500
NOW_JOBS = 200
"""How many jobs a stream is told of that begins anew: the newest."""
_log = logging.getLogger(__name__)


class Told(NamedTuple):
    """An event as it is sent, and what a filter may ask of it."""

    facts: Facts
    data: bytes
    ends: str | None = None
    """The job that has ended by it."""


class Reporter:
    """Safe from any thread. `library` gives the calling thread's."""

    def __init__(self, manifests: Manifests, library: Callable[[], Library]) -> None:
        self._manifests, self._library = manifests, library
        self._collections: OrderedDict[str, str] = OrderedDict()
        self._failing = False

    def told(
        self, term: int, happened: Happened, wanted: Callable[[Facts], bool]
    ) -> Iterator[Told]:
        """The events that one thing which happened makes. The ledger is only read where somebody
        may want to know it. The position comes with the last of them: who has not had all of them
        is told all of them again."""
        at = Position(term, happened.seq)
        if happened.deleted:
            gone = DeletedTold(happened.job_id, happened.collection, happened.at)
            yield Told(facts_of_deleted(gone), message(EventKind.DELETED, gone, at))
            return
        if happened.state is None:
            yield from self._documents(happened, at, wanted)
            return
        self._know(happened.job_id, happened.collection)
        job = told_of_change(happened, happened.state)
        facts = facts_of_job(job)
        if wanted(facts):
            ends = job.job_id if job.state.terminal else None
            yield Told(facts, message(EventKind.JOB, job, at), ends)

    def progress(self, work: AtWork) -> Told | None:
        """What a worker is at; None for a job that is gone."""
        collection = self._collection_of(work.job_id)
        if collection is None:
            return None
        told = ProgressTold(
            work.job_id, collection, work.ordinal, work.stage, work.page, round(work.elapsed_s, 1)
        )
        facts = facts_of_progress(work.job_id, collection)
        return Told(facts, message(EventKind.PROGRESS, told))

    def job(self, job_id: str, at: Position | None = None) -> Told | None:
        """A job as it is now; None for one that is gone or cannot be read."""
        try:
            manifest = self._manifests.read(job_id)
        except LEFT_OUT as error:
            _log.warning("job %s is left out of a stream: %s", job_id, error.message)
            return None
        if manifest is None:
            return None
        job = told_of(manifest)
        ends = job_id if job.state.terminal else None
        return Told(facts_of_job(job), message(EventKind.JOB, job, at), ends)

    def newest(self, within: Within, state: JobState | None = None) -> list[str]:
        """The newest jobs of some collections, the oldest first. Raises LibraryTrouble."""
        found = self._library().jobs_page(
            state=state, collection=within, after=None, limit=NOW_JOBS
        )
        return list(found)[::-1]

    def _documents(
        self, happened: Happened, at: Position, wanted: Callable[[Facts], bool]
    ) -> Iterator[Told]:
        job_id, collection = happened.job_id, self._collection_of(happened.job_id)
        if collection is None or not wanted(_known_of(job_id, collection)):
            return
        done = [row for row in self._rows(happened) if row.state is not DocumentState.PENDING]
        for row in done:
            document = told_of_row(job_id, collection, row)
            last = row is done[-1]
            data = message(EventKind.DOCUMENT, document, at if last else None)
            yield Told(facts_of_document(document), data)

    def _rows(self, happened: Happened) -> Iterator[LedgerRow]:
        after = happened.first - 1
        while after + 1 < happened.last:
            limit = min(_ROWS_AT_ONCE, happened.last - after - 1)
            try:
                page = self._library().ledger_page(
                    happened.job_id, state=None, after=after, limit=limit
                )
            except LibraryTrouble as trouble:
                # Of jobs there is more to tell; who wants documents reads the ledger then.
                if not self._failing:
                    _log.warning("streams are told nothing of documents for now: %s", trouble)
                self._failing = True
                return
            self._failing = False
            rows = [row for row in page if row.ordinal < happened.last]
            yield from rows
            if len(rows) < limit:
                return
            after = rows[-1].ordinal

    def _collection_of(self, job_id: str) -> str | None:
        known = self._collections.get(job_id)
        if known is not None:
            return known
        try:
            manifest = self._manifests.read(job_id)
        except LEFT_OUT:
            return None
        if manifest is None:
            return None
        self._know(job_id, manifest.collection)
        return manifest.collection

    def _know(self, job_id: str, collection: str) -> None:
        self._collections[job_id] = collection
        while len(self._collections) > _MOST_KNOWN:
            try:
                self._collections.popitem(last=False)
            except KeyError:
                return


def _known_of(job_id: str, collection: str) -> Facts:
    """What is known of an event about a document before the ledger is read."""
    return {"event": EventKind.DOCUMENT, "job_id": job_id, "collection": collection}
