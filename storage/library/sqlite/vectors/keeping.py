"""A vector for each chunk, where a step gave one. Writes happen inside a transaction only.

A row with a `scale` holds signed bytes; one without holds 32-bit floats, as libraries of schema 7
or less wrote them: `moving` makes bytes of those, and both are read meanwhile.

Whoever keeps the vectors in memory, or an index of them, learns from `vector_changes` what to read
again: a range of chunk ids for each document that got vectors or lost them. A number is never
given twice, for the last one always stays.
"""

from functools import singledispatch

from gristmill.schemas.outcomes.results import Vectors
from gristmill.schemas.vector_search import VectorModel
from gristmill.storage.library.database import Database
from gristmill.storage.library.roles import Within
from gristmill.storage.library.sqlite.database import vector_tables
from gristmill.storage.library.sqlite.database.within import within as in_any
from gristmill.storage.library.sqlite.vectors.quantising import quantised

KEPT_CHANGES = 50_000
"""Whoever knows less than these reads everything again."""
_CHANGED = (
    "INSERT INTO vector_changes(number, first, stop)"
    " SELECT coalesce(max(number), 0) + 1, ?, ? FROM vector_changes"
)
_TRIM = "DELETE FROM vector_changes WHERE number <= (SELECT max(number) FROM vector_changes) - ?"
_OF_COLLECTIONS = (
    "SELECT id, model, dimensions, query_prefix FROM vector_models WHERE id IN"
    " (SELECT model FROM collection_models WHERE collection IN"
    " (SELECT collection FROM collections WHERE documents > 0{where})) ORDER BY id"
)
_OF_COLLECTION = (
    "SELECT vector_models.id, vector_models.model, vector_models.dimensions,"
    " vector_models.query_prefix FROM collection_models"
    " JOIN vector_models ON vector_models.id = collection_models.model"
    " WHERE collection_models.collection = ?"
)


def add(db: Database, first: int, vectors: Vectors) -> None:
    """Keep the vectors of the chunks whose ids begin with `first`."""
    model = _model(db, vectors)
    db.executemany(
        "INSERT INTO vectors(chunk, model, vector, scale) VALUES(?, ?, ?, ?)",
        [
            (chunk, model, vector, scale)
            for chunk, (scale, vector) in enumerate(map(quantised, vectors.values), first)
        ],
    )
    note(db, first, first + len(vectors.values))


def remove(db: Database, first: int, end: int) -> None:
    """Forget the vectors of the chunks with `first <= id < end`."""
    if db.execute("DELETE FROM vectors WHERE chunk >= ? AND chunk < ?", (first, end)).rowcount:
        note(db, first, end)


def note_renaming(db: Database) -> None:
    """No vector changed, but what is known of their documents may no longer hold."""
    note(db, 0, 0)


def of_collection(db: Database, collection: str) -> VectorModel | None:
    """The model that the vectors of a collection are of."""
    row = db.execute(_OF_COLLECTION, (collection,)).fetchone()
    return VectorModel._make(row) if row else None


def of_collections(db: Database, within: Within) -> list[VectorModel]:
    """The models that collections have which hold documents."""
    condition = in_any(within)
    sql, values = ("", ()) if condition is None else (f" AND {condition.sql}", condition.values)
    rows = db.execute(_OF_COLLECTIONS.format(where=sql), values)
    return [VectorModel._make(row) for row in rows]


def choose(db: Database, collection: str, vectors: Vectors) -> None:
    """From now on the vectors of a collection are of this model."""
    db.execute(
        "INSERT INTO collection_models(collection, model) VALUES(?, ?)"
        " ON CONFLICT(collection) DO UPDATE SET model = excluded.model",
        (collection, _model(db, vectors)),
    )


def models_of(db: Database, first: int, end: int) -> tuple[str | None, int]:
    """The model of the vectors of chunks `first <= id < end`, None where they are of several or
    of none, and how many there are."""
    rows = db.execute(
        "SELECT vector_models.model, count(*) FROM vectors JOIN vector_models"
        " ON vector_models.id = vectors.model WHERE chunk >= ? AND chunk < ? GROUP BY 1",
        (first, end),
    ).fetchall()
    return (rows[0][0] if len(rows) == 1 else None), sum(count for _, count in rows)


def known_changes(db: Database) -> tuple[int, int]:
    """The numbers of the oldest and of the newest change that is noted."""
    row = db.execute(
        "SELECT coalesce(min(number), 0), coalesce(max(number), 0) FROM vector_changes"
    )
    oldest, newest = row.fetchone()
    return int(oldest), int(newest)


def changed_since(db: Database, number: int) -> list[tuple[int, int]]:
    """The ranges of chunks that changed after one, by where they begin."""
    return db.execute(
        "SELECT first, stop FROM vector_changes WHERE number > ? ORDER BY first", (number,)
    ).fetchall()


def recover(db: Database) -> None:
    """Say again what follows from documents and vectors, in a library that was put together from
    what was left of another: which model each collection has, and what is in the old form."""
    db.execute("DELETE FROM collection_models")
    db.execute(vector_tables.COLLECTION_MODELS)
    db.execute("DELETE FROM vector_move")
    db.execute(vector_tables.VECTORS_TO_MOVE)


def _model(db: Database, vectors: Vectors) -> int:
    db.execute(
        "INSERT INTO vector_models(model, dimensions, query_prefix) VALUES(?, ?, ?)"
        " ON CONFLICT(model) DO UPDATE SET query_prefix = excluded.query_prefix"
        " WHERE vector_models.query_prefix <> excluded.query_prefix",
        (vectors.model, vectors.dimensions, vectors.query_prefix),
    )
    (model,) = db.execute(
        "SELECT id FROM vector_models WHERE model = ?", (vectors.model,)
    ).fetchone()
    return int(model)


@singledispatch
def note(db: Database, first: int, end: int) -> None:
    """Whoever keeps the vectors of these chunks has to read them again."""
    db.execute(_CHANGED, (first, end))
    (number,) = db.execute("SELECT max(number) FROM vector_changes").fetchone()
    if number % 1000 == 0:
        db.execute(_TRIM, (KEPT_CHANGES,))
