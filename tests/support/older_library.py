"""A library as earlier versions left it."""

import sqlite3
from pathlib import Path

from gristmill.schemas.outcomes.results import pack_floats
from gristmill.storage.library.sqlite.vectors.quantising import restored

_BEFORE = {
    9: ("DROP TABLE trash",),
    8: ("DROP TABLE versions",),
    7: (
        "DROP INDEX documents_by_chunks",
        "ALTER TABLE plans DROP COLUMN skipped",
        "UPDATE vectors SET vector = as_floats(vector, scale) WHERE scale IS NOT NULL",
        "ALTER TABLE vectors DROP COLUMN scale",
        "ALTER TABLE vector_models DROP COLUMN dimensions",
        "ALTER TABLE vector_models DROP COLUMN query_prefix",
        "DROP TABLE vector_changes",
        "DROP TABLE vector_move",
        "DROP TABLE collection_models",
        "DROP TABLE library_id",
    ),
    6: (
        "DROP INDEX documents_deleted",
        "DROP TABLE collection_settings",
        "ALTER TABLE documents DROP COLUMN deleted_at",
    ),
    5: (
        "DROP TABLE word_index",
        "DROP VIEW worded",
        "DROP TABLE index_move",
        "CREATE VIEW indexed AS SELECT chunks.id AS id, documents.title AS title,"
        " chunks.headings AS headings, chunks.text AS text"
        " FROM chunks JOIN documents ON documents.id = chunks.document",
        "CREATE VIRTUAL TABLE fts USING fts5(title, headings, text, content='indexed',"
        " content_rowid='id', tokenize='porter unicode61 remove_diacritics 2')",
        "INSERT INTO fts(fts) VALUES('rebuild')",
    ),
    4: (
        "DROP INDEX ledger_with_warnings",
        "DROP TABLE structures",
        "ALTER TABLE chunks DROP COLUMN regions",
        "ALTER TABLE documents DROP COLUMN structure",
        "ALTER TABLE documents DROP COLUMN warnings",
        "ALTER TABLE ledger DROP COLUMN warnings",
        "ALTER TABLE plans DROP COLUMN warnings",
    ),
    3: ("DROP TABLE fences", "DROP TABLE terms"),
}


def take_back(path: Path, version: int) -> None:
    """Make of a library of this version one of schema `version`."""
    with sqlite3.connect(path) as db:
        db.create_function("as_floats", 2, _as_floats)
        for each in sorted(_BEFORE, reverse=True):
            if each >= version:
                for statement in _BEFORE[each]:
                    db.execute(statement)
        db.execute(f"PRAGMA user_version={version}")


def _as_floats(vector: bytes, scale: float) -> bytes:
    return pack_floats(restored(vector, scale))
