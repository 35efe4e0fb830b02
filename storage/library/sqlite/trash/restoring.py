"""Puts deleted documents back. Inside a transaction only."""

import logging
from collections.abc import Sequence
from typing import Any

import msgspec

from gristmill.schemas.outcomes.results import Signature
from gristmill.storage.library.database import Database
from gristmill.storage.library.sqlite.database import word_index
from gristmill.storage.library.sqlite.records import contents, signatures
from gristmill.storage.library.sqlite.records.contents import Growth
from gristmill.storage.library.sqlite.trash.discarding import KEPT
from gristmill.storage.library.sqlite.trash.packing import Contents, unpacked
from gristmill.storage.library.sqlite.vectors import keeping

_log = logging.getLogger(__name__)
_AT_ONCE = 100
_COLUMNS = ", ".join(KEPT)
_MARKED = (
    f"SELECT id, {_COLUMNS}, contents FROM trash WHERE restore_at IS NOT NULL"
    " ORDER BY id DESC LIMIT ?"
)
_INSERT = (
    f"INSERT INTO documents(id, first_chunk, {_COLUMNS}) VALUES({', '.join('?' * (len(KEPT) + 2))})"
)
_CHUNK = (
    "INSERT INTO chunks(id, document, headings, page, first, last, text, annotations, regions)"
    " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_VECTOR = "INSERT INTO vectors(chunk, model, vector, scale) VALUES(?, ?, ?, ?)"
_VERSION = "INSERT INTO versions(document, sha256, ingested_at, job_id, text) VALUES(?, ?, ?, ?, ?)"


def mark(db: Database, rows: Sequence[int], now_us: int) -> None:
    """These are to be put back."""
    db.executemany("UPDATE trash SET restore_at = ? WHERE id = ?", [(now_us, row) for row in rows])


def is_any_left(db: Database) -> bool:
    found = db.execute("SELECT 1 FROM trash WHERE restore_at IS NOT NULL LIMIT 1")
    return found.fetchone() is not None


def take_back(db: Database, most_chunks: int) -> list[str]:
    """Put marked documents back, so many that about `most_chunks` come; returns their ids. One
    whose place is taken stays, and is marked no longer; the ids tell of it as well, so that
    whoever asks goes on."""
    done: list[str] = []
    growths: list[Growth] = []
    chunks = 0
    for row, *values, stored in db.execute(_MARKED, (_AT_ONCE,)).fetchall():
        said = dict(zip(KEPT, values, strict=True))
        if done and chunks + said["chunks"] > most_chunks:
            break
        done.append(said["document_id"])
        kept = _unpacked(said["document_id"], stored)
        if kept is None or contents.stored(db, said["document_id"]) is not None:
            db.execute("UPDATE trash SET restore_at = NULL WHERE id = ?", (row,))
            continue
        growths.append(_put_back(db, said, kept))
        db.execute("DELETE FROM trash WHERE id = ?", (row,))
        chunks += said["chunks"]
    contents.grow(db, growths)
    return done


def _unpacked(document_id: str, stored: bytes) -> Contents | None:
    try:
        return unpacked(stored)
    except msgspec.DecodeError as error:
        _log.error("document %s cannot be taken back: %s; `gristmill check`", document_id, error)
        return None


def _put_back(db: Database, said: dict[str, Any], kept: Contents) -> Growth:
    row, first = contents.numbers(db)
    added = db.execute(_INSERT, (row, first, *said.values()))
    row = added.lastrowid if row is None else row
    assert row is not None
    if kept.structure is not None:
        db.execute("INSERT INTO structures(document, blocks) VALUES(?, ?)", (row, kept.structure))
    numbered = list(enumerate(kept.chunks, first))
    db.executemany(_CHUNK, [(id_, row, *chunk) for id_, chunk in numbered])
    word_index.add(db, said["title"], [(id_, chunk[0], chunk[4]) for id_, chunk in numbered])
    _put_vectors(db, said["collection"], first, kept)
    if kept.version is not None:
        db.execute(_VERSION, (row, *kept.version))
    if kept.signature is not None:
        signatures.add(db, row, said["collection"], Signature(*kept.signature, 1.0))
    return Growth(said["collection"], 1, said["chunks"], said["bytes"])


def _put_vectors(db: Database, collection: str, first: int, kept: Contents) -> None:
    """A collection has one model: where that is another one by now, the vectors are left out, and
    `gristmill embed` makes them."""
    if kept.model is None:
        return
    found = db.execute("SELECT id FROM vector_models WHERE model = ?", (kept.model,)).fetchone()
    has = keeping.of_collection(db, collection)
    if found is None or (has is not None and has.model != kept.model):
        return
    if has is None:
        sql = "INSERT INTO collection_models(collection, model) VALUES(?, ?)"
        db.execute(sql, (collection, found[0]))
    rows = [(first + place, found[0], vector, scale) for place, vector, scale in kept.vectors]
    db.executemany(_VECTOR, rows)
    keeping.note(db, first, first + len(kept.chunks))
