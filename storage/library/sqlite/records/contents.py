"""The write side of documents, their chunks and the full-text index. Inside a transaction only."""

from functools import singledispatch
from typing import Any, NamedTuple

from gristmill.schemas.ids import document_id
from gristmill.schemas.outcomes.results import ChunkDraft, DocumentContent, DocumentResult
from gristmill.storage.library.database import Database
from gristmill.storage.library.regions_codec import packed
from gristmill.storage.library.sqlite.database import word_index
from gristmill.storage.library.sqlite.database.ddl import SEPARATOR, TABLE_MARK
from gristmill.storage.library.sqlite.database.storable import (
    json_text,
    same_length,
    storable,
    storable_or_none,
)
from gristmill.storage.library.sqlite.records import signatures
from gristmill.storage.library.sqlite.vectors import keeping as vectors

_DOCUMENT = (
    "INSERT INTO documents(id, document_id, collection, uri, content_key, sha256, pipeline,"
    " media_type, title, metadata, pages, bytes, first_chunk, chunks, warnings, ingested_at,"
    " job_id, structure) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Stored(NamedTuple):
    """What the library knows of a document without reading its text. `row` is its row id."""

    row: int
    document_id: str
    collection: str
    uri: str
    sha256: str
    pipeline: str
    media_type: str
    title: str | None
    pages: int | None
    bytes: int
    first_chunk: int
    chunks: int
    warnings: str | None
    deleted_at: int | None

    def is_still(self, sha256: str, pipeline: str) -> bool:
        """Whether what these bytes become is there, and stays."""
        return self.deleted_at is None and (self.sha256, self.pipeline) == (sha256, pipeline)


class Growth(NamedTuple):
    """By how much a collection grew; negative where it shrank."""

    collection: str
    documents: int
    chunks: int
    bytes: int


_STORED = (
    "SELECT id, document_id, collection, uri, sha256, pipeline, media_type, title, pages, bytes,"
    " first_chunk, chunks, warnings, deleted_at FROM documents "
)
_BY_ID = _STORED + "WHERE document_id = ?"
_BY_CONTENT = (
    _STORED + "WHERE content_key = ? AND sha256 = ? AND collection = ? AND pipeline = ?"
    " AND deleted_at IS NULL ORDER BY id LIMIT 1"
)


def stored(db: Database, document: str) -> Stored | None:
    """The document with an id."""
    row = db.execute(_BY_ID, (document,)).fetchone()
    return Stored._make(row) if row else None


def stored_at(db: Database, row: int) -> Stored | None:
    """The document of a row."""
    found = db.execute(_STORED + "WHERE id = ?", (row,)).fetchone()
    return Stored._make(found) if found else None


def deleted(db: Database, most: int) -> list[Stored]:
    """The first of the documents that are to be taken out, up to `most`."""
    sql = _STORED + "WHERE deleted_at IS NOT NULL ORDER BY id LIMIT ?"
    return [Stored._make(row) for row in db.execute(sql, (most,))]


def same_content(db: Database, collection: str, sha256: str, pipeline: str) -> Stored | None:
    """The oldest document of a collection with these bytes, processed by this pipeline."""
    row = db.execute(_BY_CONTENT, (content_key(sha256), sha256, collection, pipeline)).fetchone()
    return Stored._make(row) if row else None


def content_key(sha256: str) -> int:
    """A short key for the index on content: its entries are a tenth of what the hash would need.
    Equal keys are compared in full."""
    return int(sha256[:15], 16)


@singledispatch
def numbers(db: Database) -> tuple[int | None, int]:
    """The row id of the next document (None: the one that it gets), and its first chunk's id."""
    (last,) = db.execute("SELECT max(id) FROM chunks").fetchone()
    # The ids of what is still to be moved into the index are not free, though some are gone.
    return None, max(last or 0, word_index.still_left(db).end - 1) + 1


def store(
    db: Database,
    result: DocumentResult,
    content: DocumentContent,
    structure: bytes | None,
    now_us: int,
) -> Growth:
    """Add a document that is not there, with its chunks and encoded `structure`; `now_us` is the
    time, in microseconds since the epoch. `sha256` and `pipeline` of `result` must be set.
    Where the content has a signature, its metadata name the document that it nearly is."""
    row, first = numbers(db)
    metadata = json_text(_metadata(db, result.collection, content))
    size = None if structure is None else len(structure)
    values = (row, *_values(result, content, metadata, first), now_us, result.job_id, size)
    added = db.execute(_DOCUMENT, values)
    row = added.lastrowid if row is None else row
    assert row is not None
    if structure is not None:
        db.execute("INSERT INTO structures(document, blocks) VALUES(?, ?)", (row, structure))
    _store_chunks(db, row, first, content)
    if content.signature is not None:
        signatures.add(db, row, result.collection, content.signature)
    return Growth(result.collection, 1, len(content.chunks), result.size or 0)


def _values(
    result: DocumentResult, content: DocumentContent, metadata: str, first: int
) -> tuple[object, ...]:
    assert result.sha256 is not None and result.pipeline is not None
    return (
        document_id(result.collection, result.uri),
        result.collection,
        result.uri,
        content_key(result.sha256),
        result.sha256,
        result.pipeline,
        content.media_type,
        storable_or_none(content.title),
        metadata,
        content.pages,
        result.size or 0,
        first,
        len(content.chunks),
        warnings_text(content),
    )


def _metadata(db: Database, collection: str, content: DocumentContent) -> dict[str, Any]:
    near = content.signature and signatures.nearest(db, collection, content.signature)
    return {**content.metadata, "near_duplicate_of": near._asdict()} if near else content.metadata


def _store_chunks(db: Database, row: int, first: int, content: DocumentContent) -> None:
    title = storable_or_none(content.title)
    chunks = [
        (id_, _path(chunk), same_length(chunk.text), chunk)
        for id_, chunk in enumerate(content.chunks, first)
    ]
    db.executemany(
        "INSERT INTO chunks(id, document, headings, page, first, last, text, annotations, regions)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (id_, row, path, c.page, c.start, c.end, text, _annotations(c), packed(c.regions))
            for id_, path, text, c in chunks
        ],
    )
    word_index.add(db, title, [chunk[:3] for chunk in chunks])
    if content.vectors is not None:
        vectors.add(db, first, content.vectors)


def _path(chunk: ChunkDraft) -> str | None:
    above = SEPARATOR.join(chunk.headings)
    if chunk.table_header:
        above += TABLE_MARK + chunk.table_header
    return storable(above) if chunk.headings or chunk.table_header else None


def _annotations(chunk: ChunkDraft) -> str | None:
    return json_text(chunk.annotations) if chunk.annotations else None


def warnings_text(content: DocumentContent) -> str | None:
    """The warnings of a document as they are kept."""
    return json_text(content.warnings) if content.warnings else None


def remove(db: Database, document: Stored) -> Growth:
    """Remove a document, its chunks, structure and rows of the full-text index, vectors, signature
    and last version."""
    span = (document.first_chunk, document.first_chunk + document.chunks)
    # The index must be told the very words that were indexed, so it goes first.
    word_index.forget(db, *span)
    db.execute("DELETE FROM chunks WHERE id >= ? AND id < ?", span)
    vectors.remove(db, *span)
    signatures.remove(db, document.row, document.collection)
    for table in ("structures", "versions"):
        db.execute(f"DELETE FROM {table} WHERE document = ?", (document.row,))
    db.execute("DELETE FROM documents WHERE id = ?", (document.row,))
    return Growth(document.collection, -1, -document.chunks, -document.bytes)


def totalled(growths: list[Growth]) -> dict[str, list[int]]:
    """By how much each collection grew: documents, chunks, bytes."""
    totals: dict[str, list[int]] = {}
    for growth in growths:
        total = totals.setdefault(growth.collection, [0, 0, 0])
        for place, amount in enumerate(growth[1:]):
            total[place] += amount
    return totals


@singledispatch
def grow(db: Database, growths: list[Growth]) -> None:
    """Keep the totals of the collections; called once at the end of each transaction."""
    totals = totalled(growths)
    db.executemany(
        "INSERT INTO collections(collection, documents, chunks, bytes) VALUES(?, ?, ?, ?)"
        " ON CONFLICT(collection) DO UPDATE SET documents = documents + excluded.documents,"
        " chunks = chunks + excluded.chunks, bytes = bytes + excluded.bytes",
        [(collection, *total) for collection, total in totals.items()],
    )
