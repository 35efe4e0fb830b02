"""Deletes documents, into the trash or for good. Inside a transaction only."""

from typing import Any

from gristmill.schemas.trash import Discarded
from gristmill.storage.library.database import Database
from gristmill.storage.library.sqlite.records import contents
from gristmill.storage.library.sqlite.records.contents import Growth, Stored
from gristmill.storage.library.sqlite.trash.packing import Contents, packed
from gristmill.storage.library.sqlite.vectors import keeping

KEPT = (
    *("document_id", "collection", "uri", "content_key", "sha256", "pipeline", "media_type"),
    *("title", "metadata", "pages", "bytes", "chunks", "ingested_at", "job_id", "warnings"),
    "structure",
)
"""What a row of `trash` has of a row of `documents`."""
_COLUMNS = ", ".join(KEPT)
_ROW = f"SELECT {_COLUMNS} FROM documents WHERE id = ?"
_PUT = (
    f"INSERT INTO trash({_COLUMNS}, trashed_at, mirror, run, contents)"
    f" VALUES({', '.join('?' * (len(KEPT) + 4))})"
)
_CHUNKS = (
    "SELECT headings, page, first, last, text, annotations, regions FROM chunks"
    " WHERE id >= ? AND id < ? ORDER BY id"
)
_VECTORS = "SELECT chunk, vector, scale FROM vectors WHERE chunk >= ? AND chunk < ? ORDER BY chunk"
_VERSION = "SELECT sha256, ingested_at, job_id, text FROM versions WHERE document = ?"


def discard(db: Database, document: Stored, by: Discarded | None, now_us: int) -> Growth:
    """Take a document out of the library; `by` None: for good, else into the trash."""
    if by is not None:
        row = db.execute(_ROW, (document.row,)).fetchone()
        db.execute(_PUT, (*row, now_us, by.mirror, by.run_us, packed(_contents(db, document))))
    return contents.remove(db, document)


def _contents(db: Database, document: Stored) -> Contents:
    first, end = document.first_chunk, document.first_chunk + document.chunks
    model, _ = keeping.models_of(db, first, end)
    vectors = db.execute(_VECTORS, (first, end)).fetchall() if model else ()
    row = (document.row,)
    structure = db.execute("SELECT blocks FROM structures WHERE document = ?", row).fetchone()
    signature = db.execute("SELECT kind, minhash FROM signatures WHERE document = ?", row)
    return Contents(
        [tuple(each) for each in db.execute(_CHUNKS, (first, end))],
        structure[0] if structure else None,
        model,
        [(chunk - first, vector, scale) for chunk, vector, scale in vectors],
        _tuple(db.execute(_VERSION, row).fetchone()),
        _tuple(signature.fetchone()),
    )


def _tuple(row: Any) -> Any:
    return None if row is None else tuple(row)
