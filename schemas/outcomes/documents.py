"""What the library holds: ledger rows, documents, chunks, search hits."""

from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.structure import DocumentWarning, Region
from gristmill.schemas.times import Utc
from gristmill.schemas.vector_search import SearchMode


class DocumentCode(StrEnum):
    """Why a document failed. docs/job-lifecycle.md explains each."""

    PARSE_ERROR = "parse_error"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"
    UNSUPPORTED = "unsupported"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    NEEDS_OCR = "needs_ocr"
    FETCH_ERROR = "fetch_error"
    URL_REFUSED = "url_refused"
    ENCODING = "encoding"
    STEP_FAILED = "step_failed"
    TOKENIZER_UNAVAILABLE = "tokenizer_unavailable"


def shows_pages(media_type: str) -> bool:
    """Whether documents of this type have pages that can be shown as images."""
    return media_type == "application/pdf" or media_type.startswith("image/")


class LedgerRow(msgspec.Struct, frozen=True):
    """One document of one job: what became of it. `seconds` is processing time, `warnings` what of
    its content was not read, or not for sure."""

    ordinal: int
    uri: str
    state: DocumentState
    code: str | None = None
    message: str | None = None
    document_id: str | None = None
    media_type: str | None = None
    bytes: int | None = None
    pages: int | None = None
    chunks: int | None = None
    seconds: float | None = None
    attempts: int = 0
    warnings: tuple[DocumentWarning, ...] = ()


class Document(msgspec.Struct, frozen=True):
    """One document of the library. `chunks` is their number; `warnings` say what of it was not
    read, or not for sure."""

    document_id: str
    uri: str
    collection: str
    media_type: str
    title: str | None
    sha256: str
    metadata: dict[str, Any]
    chunks: int
    ingested_at: Utc
    job_id: str
    pages: int | None = None
    warnings: tuple[DocumentWarning, ...] = ()


class Collection(msgspec.Struct, frozen=True):
    """A collection that holds something: how many documents and chunks, and the bytes of what the
    documents were read from."""

    collection: str
    documents: int
    chunks: int
    bytes: int


class Outdated(NamedTuple):
    """A document that another pipeline has made than the present one; `bytes` of its source."""

    document_id: str
    uri: str
    sha256: str
    bytes: int


class LastVersion(msgspec.Struct, frozen=True):
    """What a document was before its bytes changed: what they were, when and by which job it came,
    and the text that its chunks were of."""

    sha256: str
    ingested_at: Utc
    job_id: str
    text: str


class Chunk(msgspec.Struct, frozen=True, omit_defaults=True):
    """A piece of a document's normalised text: `text == normalised[start:end]`.

    `headings` is the path of headings above it, outermost first; `page` counts from 1;
    `annotations` is what steps say of it, `regions` where it stands on its pages;
    `table_header` are the header rows of the table whose rows it goes on with.
    """

    chunk_id: str
    document_id: str
    ordinal: int
    text: str
    headings: tuple[str, ...]
    page: int | None
    start: int
    end: int
    annotations: dict[str, Any] = {}
    regions: tuple[Region, ...] = ()
    table_header: str = ""


class SearchHit(msgspec.Struct, frozen=True):
    """One chunk that matches. A higher `score` is better (BM25, sign turned). `text` is all of the
    chunk; `highlight` are the ranges of it, in characters, that were looked for; `regions` say
    where it stands on its pages. Of a search by meaning, `lexical_rank` and `vector_rank` are its
    places, from 1, among those found by words and by nearness; null where it is not among them.
    `rerank_score` is what a model for that says of the first few, which come in its order."""

    chunk_id: str
    document_id: str
    uri: str
    title: str | None
    snippet: str
    headings: tuple[str, ...]
    page: int | None
    score: float
    text: str = ""
    highlight: tuple[tuple[int, int], ...] = ()
    regions: tuple[Region, ...] = ()
    lexical_rank: int | None = None
    vector_rank: int | None = None
    rerank_score: float | None = None


class SearchAnswer(msgspec.Struct, frozen=True):
    """What a search found, the best first. `notes` say what of the query was not understood, or
    was widened; `did_you_mean` is another query, where this one finds nothing. `next` is the cursor
    for the page after this one, None at the end; `total` the number of hits, of which pages show
    the first 1,000."""

    items: list[SearchHit]
    notes: tuple[str, ...] = ()
    did_you_mean: str | None = None
    next: str | None = None
    total: int = 0
    total_is_estimate: bool = False
    mode: SearchMode = SearchMode.LEXICAL


class ExportRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of an export: a chunk with what is worth knowing of its document. Only steps give
    `annotations` and a `vector`, which `vector_model` made."""

    chunk_id: str
    document_id: str
    ordinal: int
    text: str
    headings: tuple[str, ...]
    page: int | None
    start: int
    end: int
    uri: str
    title: str | None
    media_type: str
    collection: str
    metadata: dict[str, Any]
    annotations: dict[str, Any] = {}
    vector: list[float] | None = None
    vector_model: str | None = None
    regions: tuple[Region, ...] = ()
    table_header: str = ""


class Lookup(msgspec.Struct, frozen=True):
    """Content that the library has already: `state` is UNCHANGED (at the same uri) or DUPLICATE
    (under another one). The rest describes the document that has it; `chunks` is their number."""

    state: DocumentState
    document_id: str
    uri: str
    media_type: str
    chunks: int
    pages: int | None
    title: str | None
