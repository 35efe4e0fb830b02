"""The read side of documents and chunks."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from gristmill.schemas.filters.tree import Filter
from gristmill.schemas.ids import chunk_id, document_id
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.documents import Chunk, Collection, Document, Lookup, Outdated
from gristmill.schemas.problems.errors import InvalidCursor
from gristmill.storage.library.database import Database
from gristmill.storage.library.regions_codec import unpacked
from gristmill.storage.library.roles import Within
from gristmill.storage.library.sqlite.database.ddl import SEPARATOR, TABLE_MARK
from gristmill.storage.library.sqlite.database.storable import storable
from gristmill.storage.library.sqlite.database.within import within as in_any
from gristmill.storage.library.sqlite.filters.filtering import chosen
from gristmill.storage.library.sqlite.records import contents
from gristmill.storage.library.sqlite.records.contents import Stored
from gristmill.storage.library.sqlite.records.ledger import warnings_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_KEY = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})")
_AT_ONCE = 500
_FIELDS = Document.__struct_fields__
_DOCUMENT = f"SELECT {', '.join(_FIELDS)}, id FROM documents "
_CHUNKS = (
    "SELECT chunks.id - documents.first_chunk, text, headings, page, first, last,"
    " annotations, regions FROM documents JOIN chunks ON chunks.id > documents.first_chunk + ?"
    " AND chunks.id < documents.first_chunk + documents.chunks"
    " WHERE document_id = ? ORDER BY chunks.id LIMIT ?"
)
_decode = msgspec.json.decode


def to_micros(moment: datetime) -> int:
    """Microseconds since the epoch."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def split_headings(stored: str | None) -> tuple[str, ...]:
    """The path of headings from the text that holds it."""
    if stored is None:
        return ()
    path, mark, _ = stored.partition(TABLE_MARK)
    # Where nothing but a table's header follows, there was no heading, not an empty one.
    return () if mark and not path else tuple(path.split(SEPARATOR))


def table_header_of(stored: str | None) -> str:
    """The header rows that stand after it in the same text."""
    return (stored or "").partition(TABLE_MARK)[2]


def annotations_of(stored: str | None) -> dict[str, Any]:
    """A chunk's annotations from the text that holds them."""
    return {} if stored is None else msgspec.json.decode(stored, type=dict[str, Any])


def lookup(db: Database, collection: str, uri: str, sha256: str, pipeline: str) -> Lookup | None:
    """The document that makes it needless to process these bytes again, if there is one."""
    own = contents.stored(db, document_id(collection, storable(uri)))
    if own and own.is_still(sha256, pipeline):
        return _lookup(DocumentState.UNCHANGED, own)
    original = contents.same_content(db, collection, sha256, pipeline)
    return _lookup(DocumentState.DUPLICATE, original) if original else None


def _lookup(state: DocumentState, known: Stored) -> Lookup:
    return Lookup(
        state,
        known.document_id,
        known.uri,
        known.media_type,
        known.chunks,
        known.pages,
        known.title,
    )


def document(db: Database, document: str) -> Document | None:
    row = db.execute(f"{_DOCUMENT} WHERE document_id = ?", (document,)).fetchone()
    return _document(row) if row else None


def _document(row: tuple[Any, ...]) -> Document:
    values = dict(zip(_FIELDS, row, strict=False))
    values["metadata"] = _decode(values["metadata"])
    values["ingested_at"] = from_micros(values["ingested_at"])
    values["warnings"] = warnings_of(values["warnings"])
    return Document(**values)


def documents_page(
    db: Database,
    collection: Within,
    after: str | None,
    limit: int,
    where: Filter | None = None,
) -> tuple[list[Document], str | None]:
    """Documents, newest first, and the key to go on after the last of them (None: no more).

    Raises InvalidCursor where `after` is no such key.
    """
    conditions: list[str] = []
    values: list[object] = []
    if (condition := chosen(collection, where)) is not None:
        conditions.append(condition.sql)
        values += condition.values
    if after is not None:
        conditions.append("(ingested_at, id) < (?, ?)")
        values += _parse_key(after)
    filtered = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    rows = db.execute(
        f"{_DOCUMENT} {filtered} ORDER BY ingested_at DESC, id DESC LIMIT ?", (*values, limit + 1)
    ).fetchall()
    items = [_document(row) for row in rows[:limit]]
    return items, _key(rows[limit - 1]) if len(rows) > limit > 0 else None


def _key(row: tuple[Any, ...]) -> str:
    return f"{row[_FIELDS.index('ingested_at')]}.{row[-1]}"


def _parse_key(after: str) -> tuple[int, int]:
    found = _KEY.fullmatch(after)
    if found is None:
        raise InvalidCursor(f"{after!r} is no cursor of the list of documents")
    return int(found[1]), int(found[2])


def outdated(db: Database, collection: str, pipeline: str) -> Iterator[Outdated]:
    """Documents of a collection that another pipeline has made, in flat memory."""
    row = -1
    while found := db.execute(
        "SELECT id, document_id, uri, sha256, bytes FROM documents WHERE id > ? AND collection = ?"
        " AND pipeline <> ? AND deleted_at IS NULL ORDER BY id LIMIT ?",
        (row, collection, pipeline, _AT_ONCE),
    ).fetchall():
        for row, *values in found:  # noqa: B007
            yield Outdated(*values)


def chunks_page(db: Database, document: str, after: int | None, limit: int) -> list[Chunk]:
    """Chunks of a document after an ordinal, in the document's order."""
    rows = db.execute(_CHUNKS, (-1 if after is None else after, document, limit))
    return [
        Chunk(
            chunk_id(document, ordinal),
            document,
            ordinal,
            text,
            split_headings(path),
            page,
            first,
            last,
            annotations_of(stored),
            unpacked(regions),
            table_header_of(path),
        )
        for ordinal, text, path, page, first, last, stored, regions in rows
    ]


def collections_page(
    db: Database, within: Within, after: str | None, limit: int
) -> list[Collection]:
    """Collections that hold documents or have settings, by name."""
    condition = in_any(within)
    sql, values = ("", ()) if condition is None else (f" AND {condition.sql}", condition.values)
    meant = (after or "", *values)
    rows = db.execute(
        "SELECT collection, documents, chunks, bytes FROM collections"
        f" WHERE documents > 0 AND collection > ?{sql}"
        f" UNION ALL SELECT collection, 0, 0, 0 FROM collection_settings WHERE collection > ?{sql}"
        " AND collection NOT IN (SELECT collection FROM collections WHERE documents > 0)"
        " ORDER BY collection LIMIT ?",
        (*meant, *meant, limit),
    )
    return [Collection(*row) for row in rows]


def stats(db: Database) -> dict[str, int]:
    """How much the library holds: documents, chunks, bytes of the sources, and collections."""
    row = db.execute(
        "SELECT total(documents), total(chunks), total(bytes), count(*) FROM collections"
        " WHERE documents > 0"
    ).fetchone()
    names = ("documents", "chunks", "bytes", "collections")
    return dict(zip(names, map(int, row), strict=True))
