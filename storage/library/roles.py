"""The three roles of a library, each as what its users may rely on, whatever keeps it.

Every method raises LibraryTrouble, or OSError, when the store fails; nothing is half done then.
Every writing method is one transaction, durable when it returns unless it says otherwise.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from gristmill.schemas.filters.facets import Facet
from gristmill.schemas.filters.tree import Field, Filter
from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.schemas.outcomes.documents import (
    Chunk,
    Collection,
    Document,
    ExportRow,
    LastVersion,
    LedgerRow,
    Lookup,
    SearchAnswer,
    SearchHit,
)
from gristmill.schemas.outcomes.results import (
    DocumentPart,
    DocumentResult,
    PartResult,
    PlannedDocument,
    Spent,
    Split,
)
from gristmill.schemas.outcomes.structure import StructureBlock
from gristmill.schemas.trash import Discarded
from gristmill.storage.library.chosen_jobs import ChosenJobs
from gristmill.storage.library.job_index_row import JobIndexRow

Within = str | tuple[str, ...] | None
"""Which collections: one, any of several (of none: nothing is found), or (None) all."""


class Ledger(Protocol):
    """What became of each document of each job. The one place where documents end."""

    def begin_term(self) -> int:
        """Begin a supervisor's term; no lease of an earlier one ends a document from now on.
        Terms only grow, also where one could not be noted."""
        ...

    def fence(self, job_id: str, first: int, last: int | None, token: int) -> None:
        """Leases with a smaller token than this are over for `first <= ordinal < last`: what
        they bring changes nothing any more."""
        ...

    def plan(
        self, job_id: str, documents: Iterable[PlannedDocument], token: int | None = None
    ) -> int:
        """Write the plan of a job, whole or not at all; returns its number of documents.

        The first plan wins: where there is one, nothing changes. A document with `code` has
        failed at once. What an unplanned run of the job has already ended stays ended. With the
        `token` of a lease that is over, nothing changes either.
        """
        ...

    def planned(self, job_id: str) -> int | None:
        """The number of documents of a job; None where it is not planned."""
        ...

    def pending(
        self, job_id: str, first: int = 0, last: int | None = None
    ) -> list[PlannedDocument]:
        """Pending documents with `first <= ordinal < last`, by ordinal. `source` is -1 where an
        unplanned job was reopened: its sources have to be expanded again."""
        ...

    def spent(self, job_id: str, source: int, path: str | None, timeout_s: float) -> Spent:
        """What came so far of all that is inside of one source, or of one file of it."""
        ...

    def lethal(self, job_id: str, most: int) -> list[PlannedDocument]:
        """Up to `most` documents of a job that were given up after they had cost workers."""
        ...

    def pending_sizes(self, job_id: str) -> list[tuple[int, int | None]]:
        """(ordinal, bytes or None) of the pending documents, by ordinal."""
        ...

    def pending_members(self, job_id: str, first: int, last: int) -> list[PlannedDocument]:
        """Pending documents that were found inside of those with `first <= ordinal < last`."""
        ...

    def counts(self, job_id: str, first: int = 0, last: int | None = None) -> Counts:
        """How many documents with `first <= ordinal < last` are in which state."""
        ...

    def failure_codes(self, job_id: str) -> dict[str, int]:
        """How many documents of a job have failed with each code."""
        ...

    def commit(
        self, results: Sequence[DocumentResult], tokens: Sequence[int] = ()
    ) -> list[DocumentState]:
        """End documents, with all their effects, in one durable transaction.

        A document that is not pending (nor unknown) keeps its state, and its result has no effect
        at all; neither has one whose lease is over, by its token. Without `tokens` there was no
        lease. Returns the state of each document afterwards, in order: content that came in since
        the worker looked makes a succeeded one unchanged or duplicate.
        """
        ...

    def strike(
        self, job_id: str, ordinal: int, kind: str, token: int | None = None
    ) -> PlannedDocument | None:
        """A pending document has lost an attempt to a failure of some kind. Returns it with that
        counted; None where it is not pending, or the lease with that token is over."""
        ...

    def fail(
        self, job_id: str, ordinal: int, uri: str, code: str, message: str, attempts: int
    ) -> bool:
        """Fail a document that is pending or unknown; False where it has ended already."""
        ...

    def split(self, split: Split) -> list[DocumentPart]:
        """Note the parts of a pending document, unless they are there; returns those that are
        still to be done."""
        ...

    def parts(self, job_id: str, ordinal: int, content: str) -> list[DocumentPart]:
        """The parts of a document, in order, as far as they are of that content."""
        ...

    def finish_part(self, done: PartResult) -> bool:
        """Keep what was read of a part; whether it was the last one to be done."""
        ...

    def cancel_pending(self, job_id: str) -> int:
        """Pending documents become cancelled; returns how many."""
        ...

    def reopen(self, job_id: str, token: int) -> int:
        """Failed and cancelled documents become pending again, keeping their attempts; returns
        how many. Leases with a smaller token are over for the whole job."""
        ...

    def ledger_page(
        self, job_id: str, *, state: DocumentState | None, after: int | None, limit: int
    ) -> list[LedgerRow]:
        """Up to `limit` documents of a job with `ordinal > after`, by ordinal."""
        ...

    def drop_job(self, job_id: str) -> None:
        """Forget a job's plan and ledger; its documents stay."""
        ...

    def drop_jobs(self, job_ids: Iterable[str]) -> None:
        """Forget jobs whole: plans, ledgers, index rows. Their documents stay."""
        ...


class Documents(Protocol):
    """Documents with their chunks, as the ledger's commits leave them; and the search."""

    def lookup(self, collection: str, uri: str, sha256: str, pipeline: str) -> Lookup | None:
        """The document that makes it needless to process these bytes again, if there is one."""
        ...

    def document(self, document_id: str) -> Document | None:
        """The document with an id."""
        ...

    def documents_page(
        self, *, collection: Within, after: str | None, limit: int, where: Filter | None = None
    ) -> tuple[list[Document], str | None]:
        """Up to `limit` documents that pass a filter, newest first, and the key for `after` (None:
        no more). Raises InvalidCursor where `after` is no such key."""
        ...

    def chunks_page(self, document_id: str, *, after: int | None, limit: int) -> list[Chunk]:
        """Up to `limit` chunks of a document with `ordinal > after`, in order."""
        ...

    def structure(self, document_id: str) -> tuple[StructureBlock, ...] | None:
        """The blocks of a document, in its order; None where there is none, or it was read before
        they were kept."""
        ...

    def last_version(self, document_id: str) -> LastVersion | None:
        """What a document was before its bytes changed; None where nothing of that is kept."""
        ...

    def delete_document(self, document_id: str, trash: Discarded | None = None) -> bool:
        """Remove a document, for good without `trash`; False where there is none."""
        ...

    def search(
        self, query: str, *, collection: Within, limit: int, where: Filter | None = None
    ) -> list[SearchHit]:
        """The best chunks for a query, of documents that pass a filter, best first. Raises
        InvalidQuery.

        Words, "phrases", prefix*, -without; how many of them is bounded. Chunks with all of them
        come before those with some; a document whose title is the query comes first of all, and
        after three chunks of one the next three count half, and so on. Snippets are HTML: escaped
        text with `<mark>` around hits.
        """
        ...

    def search_answer(
        self,
        query: str,
        *,
        collection: Within,
        limit: int,
        where: Filter | None = None,
        cursor: str | None = None,
        fields: Sequence[str] | None = None,
    ) -> SearchAnswer:
        """A page of the same, with what there is to say of the query. `fields`: hits have no text,
        snippet or highlight unless they are among these. Raises InvalidCursor, too, where `cursor`
        is not `next` of a page of this very search."""
        ...

    def facets(
        self,
        fields: Sequence[Field],
        *,
        collection: Within,
        where: Filter | None = None,
        query: str | None = None,
    ) -> dict[str, Facet]:
        """Each field's values in a list, or a search with a query, counted. Raises InvalidQuery."""
        ...

    def collections_page(
        self, *, within: Within, after: str | None, limit: int
    ) -> list[Collection]:
        """Up to `limit` collections with documents or settings, by name, beyond `after`."""
        ...

    def export(self, collection: Within, where: Filter | None = None) -> Iterator[ExportRow]:
        """All chunks of one or some collections (None: of all), of documents that pass a filter,
        streamed; no snapshot."""
        ...

    def stats(self) -> dict[str, int]:
        """Totals: documents, chunks, bytes (of the sources), collections."""
        ...


class JobIndex(Protocol):
    """What lists and filters need to know of jobs. Derived from the manifests."""

    def index_jobs(self, rows: Iterable[JobIndexRow]) -> None:
        """Add or replace rows. Not durable by itself: the manifests can tell it all again."""
        ...

    def jobs_page(
        self, *, state: JobState | None, collection: Within, after: str | None, limit: int
    ) -> list[str]:
        """Up to `limit` job ids before `after`, newest first."""
        ...

    def chosen_jobs(self, wanted: ChosenJobs, *, after: str | None, limit: int) -> list[str]:
        """Up to `limit` ids of jobs that are wanted, before `after`, newest first."""
        ...

    def count_chosen_jobs(self, wanted: ChosenJobs) -> int:
        """How many jobs are wanted."""
        ...

    def count_jobs(
        self, *, state: JobState | None, collection: Within, since: str, most: int
    ) -> int:
        """How many jobs have an id from `since` on, as far as `most`."""
        ...

    def oldest_job(self, *, state: JobState, collection: Within) -> JobIndexRow | None:
        """The job in a state that came first."""
        ...

    def job_rows(self) -> Iterator[JobIndexRow]:
        """All rows of the job index, oldest job first."""
        ...

    def job_ids(self) -> Iterator[str]:
        """All job ids of the index, oldest first."""
        ...

    def job_row(self, job_id: str) -> JobIndexRow | None:
        """What the job index says of one job."""
        ...

    def clear_job_index(self) -> None:
        """Forget all rows."""
        ...
