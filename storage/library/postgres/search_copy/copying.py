"""One step of a copy that follows its library: some changed documents, or what is gone.

A document's number never comes again with other content: only what is said about it changes, and
its vectors. So the words of each are put into the index once.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from gristmill.storage.library.postgres.database import PostgresDatabase
from gristmill.storage.library.sqlite.database import word_index
from gristmill.storage.library.sqlite.database.connection import Connection
from gristmill.storage.library.sqlite.records import contents
from gristmill.storage.library.sqlite.records.contents import Growth
from gristmill.storage.library.sqlite.vectors import keeping

_AT_ONCE = 1000
"""Numbers of documents that are compared at once."""
_BODIES, _TEXTS = 50, 2_000
"""Documents whose rows come in one answer, and chunks, unless one document has more: a question to
the server takes longer than to write what it answers of a document."""
_XMIN = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_CHANGED = (
    "SELECT changed, id FROM documents WHERE (changed, id) > (?, ?) ORDER BY changed, id LIMIT ?"
)
_REMOVED = "SELECT DISTINCT document FROM removed WHERE changed >= ?"
_NAMES = (
    *("document_id", "collection", "uri", "content_key", "sha256", "pipeline", "media_type"),
    *("title", "metadata", "pages", "bytes", "chunks", "ingested_at", "job_id", "warnings"),
    *("structure", "deleted_at"),
)
_COLUMNS = ", ".join(_NAMES)
_DOCUMENTS = f"SELECT id, changed, first_chunk, {_COLUMNS} FROM documents WHERE id = ANY(?)"
_CHUNKS = (
    "SELECT document, headings, page, first, last, text, annotations, regions FROM chunks"
    " WHERE id = ANY(?) ORDER BY id"
)
_COPIED = "SELECT document, changed FROM copied WHERE document IN (SELECT value FROM json_each(?))"
_VECTORS = "SELECT chunk, model, vector, scale FROM vectors WHERE chunk >= ? AND chunk < ?"
_INSERT = (
    f"INSERT INTO documents(id, first_chunk, {_COLUMNS})"
    f" VALUES({', '.join('?' * (len(_NAMES) + 2))})"
)
_UPDATE = f"UPDATE documents SET {', '.join(f'{name} = ?' for name in _NAMES)} WHERE id = ?"
_INSERT_CHUNK = (
    "INSERT INTO chunks(id, document, headings, page, first, last, text, annotations, regions)"
    " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_MODELS = {
    "vector_models": "id, model, dimensions, query_prefix",
    "collection_models": "collection, model",
}


class _Document(NamedTuple):
    """A row of the library. `values` are those of `_NAMES`."""

    row: int
    changed: int
    first_chunk: int
    values: Sequence[Any]

    def value(self, name: str) -> Any:
        return self.values[_NAMES.index(name)]

    @property
    def span(self) -> tuple[int, int]:
        """The numbers of its chunks: from the first one on, and below the second one."""
        return self.first_chunk, self.first_chunk + self.value("chunks")

    def growth(self, sign: int) -> Growth:
        chunks, size = self.value("chunks"), self.value("bytes")
        return Growth(self.value("collection"), sign, sign * chunks, sign * size)


class Copier:
    """Copies from the rows of a library into a file. Each step is inside of a transaction of the
    file; PostgreSQL is asked single statements."""

    def __init__(self, rows: PostgresDatabase, db: Connection) -> None:
        self._rows, self._db = rows, db
        self._growths: list[Growth] = []

    def step(self) -> bool:
        """Copy some; whether that was the last of a pass."""
        since, begun, *place = self._db.execute(
            "SELECT since, begun, changed, row FROM copy_state"
        ).fetchone()
        if begun < 0:
            begun, place = self._rows.execute(_XMIN).fetchone()[0], [since, -1]
            self._take_out(row for (row,) in self._rows.execute(_REMOVED, (since,)))
        found = self._rows.execute(_CHANGED, (*place, _AT_ONCE)).fetchall()
        known = self._known([row for _, row in found])
        unknown = [each for each in found if known.get(each[1]) != each[0]]
        some = unknown[:_BODIES]
        if some:
            self._copy_models()
            self._put([row for _, row in some])
        contents.grow(self._db, self._growths)
        self._growths = []
        if len(some) < len(unknown):
            self._keep(since, begun, *some[-1])
        elif len(found) == _AT_ONCE:
            self._keep(since, begun, *found[-1])
        else:
            self._keep(begun, -1, -1, -1)
            return True
        return False

    def _keep(self, *place: int) -> None:
        self._db.execute("UPDATE copy_state SET since = ?, begun = ?, changed = ?, row = ?", place)

    def _known(self, rows: Sequence[int]) -> dict[int, int]:
        """By number, as what the copy has these documents."""
        told = msgspec.json.encode(rows).decode()
        return dict(self._db.execute(_COPIED, (told,)).fetchall())

    def _copy_models(self) -> None:
        for table, columns in _MODELS.items():
            rows = self._rows.execute(f"SELECT {columns} FROM {table}").fetchall()
            self._db.execute(f"DELETE FROM {table}")
            marks = ", ".join("?" * len(columns.split(",")))
            self._db.executemany(f"INSERT INTO {table}({columns}) VALUES({marks})", rows)

    def _take_out(self, rows: Iterable[int]) -> None:
        for row in rows:
            known = contents.stored_at(self._db, row)
            if known is not None:
                self._growths.append(contents.remove(self._db, known))
            self._db.execute("DELETE FROM copied WHERE document = ?", (row,))

    def _put(self, rows: Sequence[int]) -> None:
        """What is gone meanwhile is left out; the next pass knows of it."""
        documents = [
            _Document(row, changed, first_chunk, values)
            for row, changed, first_chunk, *values in self._rows.execute(_DOCUMENTS, (rows,))
        ]
        for some in _portions(documents):
            new = [each for each in some if contents.stored_at(self._db, each.row) is None]
            texts = self._texts(new)
            for document in some:
                self._put_one(document, texts.get(document.row, ()))

    def _put_one(self, document: _Document, chunks: Sequence[Sequence[Any]]) -> None:
        other = contents.stored(self._db, document.value("document_id"))
        if other is not None and other.row != document.row:
            self._take_out([other.row])
        known = contents.stored_at(self._db, document.row)
        if known is None:
            if not self._insert(document, chunks):
                return
            first = self._first_of(document.row)
        else:
            first = known.first_chunk
            self._growths.append(Growth(known.collection, -1, -known.chunks, -known.bytes))
            self._db.execute(_UPDATE, (*document.values, document.row))
        self._growths.append(document.growth(1))
        self._copy_vectors(document, first)
        self._db.execute("INSERT OR REPLACE INTO copied VALUES(?, ?)", document[:2])

    def _texts(self, documents: Sequence[_Document]) -> dict[int, list[Sequence[Any]]]:
        """The chunks of documents, in order, by their number."""
        found: dict[int, list[Sequence[Any]]] = {each.row: [] for each in documents}
        numbers = [number for each in documents for number in range(*each.span)]
        for chunk in self._rows.execute(_CHUNKS, (numbers,)):
            found[chunk[0]].append(chunk)
        return found

    def _first_of(self, row: int) -> int:
        found = self._db.execute("SELECT first_chunk FROM documents WHERE id = ?", (row,))
        return int(found.fetchone()[0])

    def _insert(self, document: _Document, chunks: Sequence[Sequence[Any]]) -> bool:
        if len(chunks) != document.value("chunks"):
            return False
        _, first = contents.numbers(self._db)
        self._db.execute(_INSERT, (document.row, first, *document.values))
        self._db.executemany(_INSERT_CHUNK, [(id_, *row) for id_, row in enumerate(chunks, first)])
        told = [(id_, row[1], row[5]) for id_, row in enumerate(chunks, first)]
        word_index.add(self._db, document.value("title"), told)
        return True

    def _copy_vectors(self, document: _Document, first: int) -> None:
        if self._db.execute("SELECT 1 FROM vector_models").fetchone() is None:
            return
        count = document.value("chunks")
        keeping.remove(self._db, first, first + count)
        moved = [
            (chunk - document.first_chunk + first, *others)
            for chunk, *others in self._rows.execute(_VECTORS, document.span)
        ]
        if moved:
            self._db.executemany(
                "INSERT INTO vectors(chunk, model, vector, scale) VALUES(?, ?, ?, ?)", moved
            )
            keeping.note(self._db, first, first + count)


def _portions(documents: Iterable[_Document]) -> Iterator[list[_Document]]:
    """Documents whose texts come together."""
    some: list[_Document] = []
    for document in documents:
        some.append(document)
        if sum(each.value("chunks") for each in some) >= _TEXTS:
            yield some
            some = []
    if some:
        yield some
