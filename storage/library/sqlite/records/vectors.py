"""A vector for each chunk, where a step gave one. Writes happen inside a transaction only."""

import sqlite3

from gristmill.schemas.outcomes.results import Vectors


def add(db: sqlite3.Connection, first: int, vectors: Vectors) -> None:
    """Keep the vectors of the chunks whose ids begin with `first`."""
    db.execute("INSERT OR IGNORE INTO vector_models(model) VALUES(?)", (vectors.model,))
    (model,) = db.execute(
        "SELECT id FROM vector_models WHERE model = ?", (vectors.model,)
    ).fetchone()
    db.executemany(
        "INSERT INTO vectors(chunk, model, vector) VALUES(?, ?, ?)",
        [(chunk, model, vector) for chunk, vector in enumerate(vectors.values, first)],
    )


def remove(db: sqlite3.Connection, first: int, end: int) -> None:
    """Forget the vectors of the chunks with `first <= id < end`."""
    db.execute("DELETE FROM vectors WHERE chunk >= ? AND chunk < ?", (first, end))
