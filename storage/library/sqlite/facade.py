"""`Library`: documents, chunks, search, the ledger of all jobs and the job index, in one file."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Self

from gristmill.schemas.filters.tree import Filter
from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.documents import (
    Chunk,
    Document,
    ExportRow,
    LastVersion,
    LedgerRow,
    Lookup,
)
from gristmill.schemas.outcomes.results import (
    DocumentPart,
    DocumentResult,
    PartResult,
    PlannedDocument,
    Split,
)
from gristmill.schemas.outcomes.structure import StructureBlock
from gristmill.storage import faults
from gristmill.storage.damage import refuse_damaged
from gristmill.storage.library import locks
from gristmill.storage.library.database import Database
from gristmill.storage.library.locks import Lock
from gristmill.storage.library.roles import Within
from gristmill.storage.library.sqlite.catalogue.catalogued import Catalogued
from gristmill.storage.library.sqlite.database.connection import (
    connect_reader,
    connect_writer,
    gate_of,
    writing,
)
from gristmill.storage.library.sqlite.database.gate import USUAL, Patience
from gristmill.storage.library.sqlite.database.trouble import in_plain_words
from gristmill.storage.library.sqlite.meaning.semantic import ByMeaning
from gristmill.storage.library.sqlite.reads import export as exporting
from gristmill.storage.library.sqlite.reads import job_index, reading
from gristmill.storage.library.sqlite.reads.indexed_jobs import IndexedJobs
from gristmill.storage.library.sqlite.reads.roots import RootCosts
from gristmill.storage.library.sqlite.records import (
    committing,
    counters,
    fences,
    ledger,
    parts,
    structures,
    versions,
)
from gristmill.storage.library.sqlite.records.placed import Placed
from gristmill.storage.library.sqlite.repair.soundness import Soundness
from gristmill.storage.library.sqlite.searches.faceted import Faceted
from gristmill.storage.library.sqlite.searches.searched import Searched
from gristmill.storage.library.sqlite.trash.trashed import Trashed
from gristmill.storage.library.sqlite.vectors.vectored import Vectored


@in_plain_words
class Library(
    RootCosts, IndexedJobs, Searched, Faceted, Catalogued, Placed, Trashed, Vectored, ByMeaning
):
    """One connection to a library: cheap to open, used by one thread at a time.

    Every writing method is one transaction, durable when it returns unless it says otherwise, and
    waits its turn behind other writers. All methods raise LibraryTrouble or OSError when the
    file fails them (full disk, I/O error, a writer that does not let go): nothing is half done
    then. Damage is noted (`storage.damage`), and from then on nobody writes: LibraryDamaged.
    """

    follows = False
    """Whether what is searched is a copy, which has to be brought up to date."""

    def __init__(self, connection: sqlite3.Connection, path: Path, patience: Patience) -> None:
        self._db: Database = connection
        self._connection, self._path = connection, path
        self._gate = gate_of(path)
        self._patience = patience

    @classmethod
    def open(cls, path: Path, *, readonly: bool = False, patience: Patience = USUAL) -> "Library":
        """The library at `path`, made when missing; with `readonly`, a missing one is empty.

        Raises DataFolderUnusable where the file is none, or a newer version's, and LibraryDamaged.
        """
        connection = connect_reader(path) if readonly else connect_writer(path, patience)
        return cls(connection, path, patience)

    @property
    def _index(self) -> sqlite3.Connection:
        """What is searched, filtered and counted by values."""
        return self._connection

    def keep_little(self) -> None:
        """Keep at most a quarter of a MiB of the file in memory: the supervisor does for long."""
        self._db.execute("PRAGMA cache_size=-256")

    @property
    def soundness(self) -> Soundness:
        """Whether the file is in order, and what puts it in order."""
        return Soundness(self._connection, self._path, self._mending)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _writing(self, *_: Lock) -> AbstractContextManager[None]:
        # One writer at a time has everything to itself.
        refuse_damaged(self._path)
        return self._mending()

    @contextmanager
    def _hurrying(self, *_: Lock) -> Iterator[None]:
        self._db.execute("PRAGMA synchronous=NORMAL")
        try:
            with self._writing():
                yield
        finally:
            self._db.execute("PRAGMA synchronous=FULL")

    def _mending(self) -> AbstractContextManager[None]:
        """A write that damage is no reason against."""
        return writing(self._connection, self._gate, self._patience)

    # -- ledger -------------------------------------------------------------------------------

    def begin_term(self) -> int:
        """Begin a supervisor's term; no lease of an earlier one ends a document from now on."""
        return fences.begin_term(self._db, partial(self._writing, locks.TERM))

    def fence(self, job_id: str, first: int, last: int | None, token: int) -> None:
        """Leases with a smaller token than this are over for `first <= ordinal < last`."""
        with self._writing(locks.job(job_id)):
            fences.fence(self._db, job_id, first, last, token)

    def plan(
        self, job_id: str, documents: Iterable[PlannedDocument], token: int | None = None
    ) -> int:
        """Write the plan of a job, whole or not at all; returns its number of documents."""
        if ledger.is_planned(self._db, job_id):
            return self.counts(job_id).total
        # Before the transaction: walking folders must not block other writers.
        found = documents if isinstance(documents, Sequence) else list(documents)
        with self._writing(locks.WORK, locks.job(job_id)):
            return ledger.plan(self._db, job_id, found, token)

    def planned(self, job_id: str) -> int | None:
        """The number of documents of a job; None where it is not planned."""
        return ledger.planned(self._db, job_id)

    def pending(
        self, job_id: str, first: int = 0, last: int | None = None
    ) -> list[PlannedDocument]:
        """Pending documents with `first <= ordinal < last`, by ordinal."""
        return ledger.pending(self._db, job_id, first, last)

    def pending_sizes(self, job_id: str) -> list[tuple[int, int | None]]:
        """(ordinal, bytes or None) of the pending documents, by ordinal."""
        return ledger.pending_sizes(self._db, job_id)

    def counts(self, job_id: str, first: int = 0, last: int | None = None) -> Counts:
        """How many documents with `first <= ordinal < last` are in which state."""
        return counters.counts(self._db, job_id, first, last)

    def failure_codes(self, job_id: str) -> dict[str, int]:
        """How many documents of a job have failed with each code."""
        return counters.failure_codes(self._db, job_id)

    def commit(
        self, results: Sequence[DocumentResult], tokens: Sequence[int] = ()
    ) -> list[DocumentState]:
        """End documents, with all their effects, in one durable transaction. One that is not
        pending (nor unknown), or whose lease is over, keeps its state."""
        if not results:
            return []
        structures = committing.structures_of(results)
        with self._writing(*locks.of_commit(results)):
            now_us = time.time_ns() // 1000
            states = committing.commit(self._db, results, structures, tokens, now_us)
            faults.hit("library.commit")
        faults.hit("library.committed")
        return states

    def lookup(self, collection: str, uri: str, sha256: str, pipeline: str) -> Lookup | None:
        """The document that makes it needless to process these bytes again, if there is one."""
        return reading.lookup(self._db, collection, uri, sha256, pipeline)

    def strike(
        self, job_id: str, ordinal: int, kind: str, token: int | None = None
    ) -> PlannedDocument | None:
        """A pending document has lost an attempt to a failure of some kind."""
        with self._writing(*locks.document_row(job_id, ordinal)):
            return ledger.strike(self._db, job_id, ordinal, kind, token)

    def fail(
        self, job_id: str, ordinal: int, uri: str, code: str, message: str, attempts: int
    ) -> bool:
        """Fail a document that is pending or unknown; False where it has ended already."""
        with self._writing(*locks.document_row(job_id, ordinal)):
            return committing.fail(self._db, job_id, ordinal, uri, code, message, attempts)

    def pending_members(self, job_id: str, first: int, last: int) -> list[PlannedDocument]:
        """Pending documents that were found inside of those with `first <= ordinal < last`."""
        return ledger.pending_members(self._db, job_id, first, last)

    def split(self, split: Split) -> list[DocumentPart]:
        """Note the parts of a pending document, unless they are there; returns those that are
        still to be done."""
        with self._writing(*locks.document_row(split.job_id, split.ordinal)):
            return parts.split(self._db, split)

    def parts(self, job_id: str, ordinal: int, content: str) -> list[DocumentPart]:
        """The parts of a document, in order, as far as they are of that content."""
        return parts.parts(self._db, job_id, ordinal, content)

    def finish_part(self, done: PartResult) -> bool:
        """Keep what was read of a part; whether it was the last one to be done."""
        with self._writing(*locks.document_row(done.job_id, done.ordinal)):
            parts.finish(self._db, done)
            return not parts.undone(self._db, done.job_id, done.ordinal)

    def cancel_pending(self, job_id: str) -> int:
        """Pending documents become cancelled."""
        with self._writing(locks.job(job_id)):
            return ledger.cancel_pending(self._db, job_id)

    def reopen(self, job_id: str, token: int) -> int:
        """Failed and cancelled documents become pending again; returns how many."""
        with self._writing(locks.job(job_id)):
            return ledger.reopen(self._db, job_id, token)

    def ledger_page(
        self, job_id: str, *, state: DocumentState | None, after: int | None, limit: int
    ) -> list[LedgerRow]:
        """Up to `limit` documents of a job with `ordinal > after`, by ordinal."""
        return ledger.page(self._db, job_id, state, after, limit)

    def drop_job(self, job_id: str) -> None:
        """Forget a job's plan and ledger; its documents stay."""
        with self._writing(locks.job(job_id)):
            ledger.drop(self._db, job_id)

    def drop_jobs(self, job_ids: Iterable[str]) -> None:
        """Forget jobs whole: plans, ledgers, index rows. Their documents stay."""
        dropped = list(job_ids)
        with self._writing(*map(locks.job, dropped)):
            for job_id in dropped:
                ledger.drop(self._db, job_id)
                job_index.drop(self._db, job_id)

    # -- documents ----------------------------------------------------------------------------

    def document(self, document_id: str) -> Document | None:
        return reading.document(self._db, document_id)

    def documents_page(
        self, *, collection: Within, after: str | None, limit: int, where: Filter | None = None
    ) -> tuple[list[Document], str | None]:
        """Up to `limit` documents that pass a filter, newest first, and the key for `after` (None:
        no more). Raises InvalidCursor where `after` is no such key."""
        return reading.documents_page(self._index, collection, after, limit, where)

    def chunks_page(self, document_id: str, *, after: int | None, limit: int) -> list[Chunk]:
        """Up to `limit` chunks of a document with `ordinal > after`, in order."""
        return reading.chunks_page(self._db, document_id, after, limit)

    def structure(self, document_id: str) -> tuple[StructureBlock, ...] | None:
        """The blocks of a document, in its order; None where it was read before they were kept."""
        return structures.structure(self._db, document_id)

    def last_version(self, document_id: str) -> LastVersion | None:
        """What a document was before its bytes changed; None where nothing of that is kept."""
        return versions.last_version(self._db, document_id)

    def export(self, collection: Within, where: Filter | None = None) -> Iterator[ExportRow]:
        """All chunks of a collection (None: all), of documents that pass a filter; no snapshot."""
        return exporting.export(lambda: self._index, collection, where)

    def stats(self) -> dict[str, int]:
        """Totals: documents, chunks, bytes (of the sources), collections."""
        return reading.stats(self._db)
