"""The JSON shapes that HTTP answers with, beside those of documents and chunks."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import msgspec

from gristmill.schemas.filters.facets import Facets
from gristmill.schemas.jobs.manifest import Counts, JobError, Moment
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.outcomes.documents import Chunk, Document, SearchHit
from gristmill.schemas.times import Utc
from gristmill.schemas.vector_search import SearchMode
from gristmill.schemas.webhooks import WebhookView

_Item = TypeVar("_Item")


class JobView(msgspec.Struct, frozen=True):
    """A job as users see it. `submitted_by` is the name of an API key, `name` that of
    the first of its `sources`; `webhook` is only looked up for a single job that has ended."""

    job_id: str
    state: JobState
    collection: str
    priority: int
    submitted_at: Utc
    started_at: Utc | None
    finished_at: Utc | None
    metadata: dict[str, Any]
    links: dict[str, str]
    counts: Counts
    error: JobError | None
    history: tuple[Moment, ...]
    submitted_by: str | None = None
    name: str | None = None
    sources: int = 0
    webhook: WebhookView | None = None


class PageView(msgspec.Struct, Generic[_Item], frozen=True):
    """One page of a list; `next` is the cursor for the page after it, null at the end."""

    items: Sequence[_Item]
    next: str | None


class DocumentsView(msgspec.Struct, frozen=True):
    """One page of documents, and the facets of the whole list where they are asked for."""

    items: Sequence[Document]
    next: str | None
    facets: Facets | msgspec.UnsetType = msgspec.UNSET


class ChunkView(msgspec.Struct, frozen=True):
    """A chunk, with those before and after it in its document, as many as were asked for."""

    chunk: Chunk
    before: Sequence[Chunk] = ()
    after: Sequence[Chunk] = ()


class SearchView(msgspec.Struct, frozen=True):
    """What a search found, the best first, and facets of it where they are asked for. `notes` say
    what of the query was not understood and was searched as words, or was widened; `did_you_mean`
    is another query to try where this one finds nothing. `next` is the cursor for the page after
    it, null at the end; `total` is the number of hits, of which pages show the first 1,000. Hits
    have the fields that were asked for, all of them by default."""

    query: str
    items: Sequence[SearchHit]
    facets: Facets | msgspec.UnsetType = msgspec.UNSET
    notes: tuple[str, ...] = ()
    did_you_mean: str | None = None
    next: str | None = None
    total: int = 0
    total_is_estimate: bool = False
    mode: SearchMode = SearchMode.LEXICAL


class IndexView(msgspec.Struct, frozen=True):
    """What a service can be asked: a URI template for each call."""

    service: str
    version: str
    calls: dict[str, str]


class LivenessView(msgspec.Struct, frozen=True):
    """That a web process answers."""

    status: str


class ReadinessView(msgspec.Struct, frozen=True):
    """That a service takes work, and what its queue holds."""

    status: str
    queue: dict[str, Any]
