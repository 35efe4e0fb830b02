"""What a worker hands to the library: planned documents, and results to be committed."""

from typing import Any

import msgspec

from gristmill.schemas.states import DocumentState


class PlannedDocument(msgspec.Struct, frozen=True):
    """A document found by planning: its place in the job and where its bytes are.

    `source` is the index into the manifest's sources; `path` the file for a `Located` source.
    `size` is in bytes (None: unknown) and only guides the grouping into tasks. A document that
    planning could already tell to be impossible carries `code` and `message`.
    """

    ordinal: int
    uri: str
    source: int
    path: str | None = None
    size: int | None = None
    attempts: int = 0
    code: str | None = None
    message: str | None = None


class ChunkDraft(msgspec.Struct, frozen=True):
    """A chunk before it has an id: `text == normalised_text[start:end]`, `page` from 1."""

    text: str
    headings: tuple[str, ...]
    page: int | None
    start: int
    end: int


class DocumentContent(msgspec.Struct, frozen=True):
    """What the pipeline made of a document; what the library stores of it."""

    media_type: str
    title: str | None
    metadata: dict[str, Any]
    pages: int | None
    chunks: tuple[ChunkDraft, ...]


class DocumentResult(msgspec.Struct, frozen=True):
    """The end of one document of one job, ready to be committed.

    `state` SUCCEEDED comes with `content`; UNCHANGED and DUPLICATE with `document_id`;
    FAILED with `code` and `message`. `sha256` and `pipeline` (see `options.pipeline_hash`) are
    None only where the bytes could not be read. A `transient` failure is the machine's, not the
    document's: it may be tried again instead of being committed.
    """

    job_id: str
    ordinal: int
    collection: str
    uri: str
    state: DocumentState
    size: int | None = None
    seconds: float | None = None
    sha256: str | None = None
    pipeline: str | None = None
    media_type: str | None = None
    document_id: str | None = None
    content: DocumentContent | None = None
    code: str | None = None
    message: str | None = None
    attempts: int = 1
    transient: bool = False
