"""Everything in the library, a chunk at a time, in flat memory."""

from collections.abc import Callable, Iterator

import msgspec

from gristmill.schemas.filters.tree import Filter
from gristmill.schemas.ids import chunk_id
from gristmill.schemas.outcomes.documents import ExportRow
from gristmill.storage.library.database import Database
from gristmill.storage.library.regions_codec import unpacked
from gristmill.storage.library.roles import Within
from gristmill.storage.library.sqlite.filters.filtering import chosen
from gristmill.storage.library.sqlite.reads.reading import (
    annotations_of,
    split_headings,
    table_header_of,
)
from gristmill.storage.library.sqlite.vectors.quantising import numbers_of

_DOCUMENTS_AT_ONCE = 200
_CHUNKS_AT_ONCE = 500
_DOCUMENTS = (
    "SELECT ingested_at, id, document_id, uri, title, media_type, collection, metadata,"
    " first_chunk, chunks FROM documents WHERE (ingested_at, id) > (?, ?)"
)
_CHUNKS = (
    "SELECT chunks.id, text, headings, page, first, last, annotations, regions, vector, scale,"
    " vector_models.model FROM chunks LEFT JOIN vectors ON vectors.chunk = chunks.id"
    " LEFT JOIN vector_models ON vector_models.id = vectors.model"
    " WHERE chunks.id >= ? AND chunks.id < ? AND document = ? ORDER BY chunks.id LIMIT ?"
)
_decode = msgspec.json.decode


def export(
    current: Callable[[], Database], collection: Within, where: Filter | None = None
) -> Iterator[ExportRow]:
    """All chunks of one or some collections (None: of all) whose documents pass a filter, oldest
    document first.

    No transaction is held between rows, so a slow reader blocks no checkpoint. A document that is
    replaced meanwhile comes again with its new content. `current` is asked for the database now
    and then.
    """
    key = (-1, -1)
    condition = chosen(collection, where)
    filtered = "" if condition is None else f"AND {condition.sql}"
    values = () if condition is None else condition.values
    sql = f"{_DOCUMENTS} {filtered} ORDER BY ingested_at, id LIMIT {_DOCUMENTS_AT_ONCE}"
    while documents := (db := current()).execute(sql, (*key, *values)).fetchall():
        for document in documents:
            yield from _rows(db, *document[1:])
        key = documents[-1][:2]


def _rows(
    db: Database,
    row: int,
    document: str,
    uri: str,
    title: str | None,
    media_type: str,
    collection: str,
    metadata: str,
    first: int,
    count: int,
) -> Iterator[ExportRow]:
    shared = (uri, title, media_type, collection, _decode(metadata))
    at, end = first, first + count
    while chunks := db.execute(_CHUNKS, (at, end, row, _CHUNKS_AT_ONCE)).fetchall():
        for id_, text, headings, page, start, stop, annotations, regions, *embedded in chunks:
            vector, scale, model = embedded
            ordinal = id_ - first
            yield ExportRow(
                chunk_id(document, ordinal),
                document,
                ordinal,
                text,
                split_headings(headings),
                page,
                start,
                stop,
                *shared,
                annotations=annotations_of(annotations),
                vector=numbers_of(vector, scale),
                vector_model=model,
                regions=unpacked(regions),
                table_header=table_header_of(headings),
            )
        at = chunks[-1][0] + 1
