"""What two libraries hold, as a number and a digest of each kind: equal where they say the same."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from gristmill.storage.library.database import Database
from gristmill.storage.moving.tables import CONTENTS, RECORDS, Table

_AT_ONCE = 1_000
_encode = msgspec.msgpack.Encoder().encode
_CHUNKS = (
    "SELECT headings, page, first, last, text, annotations, regions, vector_models.model, vector"
    " FROM chunks LEFT JOIN vectors ON vectors.chunk = chunks.id"
    " LEFT JOIN vector_models ON vector_models.id = vectors.model"
    " WHERE chunks.id >= ? AND chunks.id < ? ORDER BY chunks.id"
)
_DOCUMENTS, *_ = CONTENTS
_FIRST = _DOCUMENTS.columns.split(", ").index("first_chunk")
_COUNT = _DOCUMENTS.columns.split(", ").index("chunks")


class Held(NamedTuple):
    """Of one kind: how many, and the SHA-256 of all that is said of them, in order."""

    name: str
    rows: int
    sha256: str


def held(db: Database) -> list[Held]:
    """Of each kind. Reads everything. What follows from the rest is left out."""
    # A mark that is over says nothing, and the order of models' numbers neither.
    return [_documents(db), *(_table(db, each) for each in RECORDS)]


def _documents(db: Database) -> Held:
    def said() -> Iterator[Sequence[Any]]:
        for row in _rows(db, _DOCUMENTS):
            first, count = row[_FIRST], row[_COUNT]
            # Its chunks have other numbers elsewhere.
            yield (*row[:_FIRST], *row[_FIRST + 1 :])
            yield from db.execute(_CHUNKS, (first, first + count))

    return _digest("documents", said())


def _table(db: Database, table: Table) -> Held:
    return _digest(table.name, _rows(db, table))


def _rows(db: Database, table: Table) -> Iterator[Any]:
    place: tuple[Any, ...] = ()
    while rows := db.execute(table.page(not place), (*place, _AT_ONCE)).fetchall():
        yield from rows
        place = rows[-1][: len(table.keys)]


def _digest(name: str, rows: Iterable[Sequence[Any]]) -> Held:
    digest, count = hashlib.sha256(), 0
    for row in rows:
        digest.update(_encode([_plain(each) for each in row]))
        count += 1
    return Held(name, count, digest.hexdigest())


def _plain(value: Any) -> Any:
    """As either database gives it back: a path may be text or bytes, and no text has a NUL."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode()
    return float(value) if isinstance(value, float) else value
