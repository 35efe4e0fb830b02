"""The model that a collection's vectors are of: it has one, and vectors of another are refused,
since nothing can be said of how near they are. Writes happen inside a transaction only."""

import msgspec

from gristmill.schemas.outcomes.results import Embedding, Vectors
from gristmill.storage.library.database import Database
from gristmill.storage.library.sqlite.database.storable import json_text
from gristmill.storage.library.sqlite.records.contents import Stored
from gristmill.storage.library.sqlite.vectors import keeping

_HAS_SOME = "SELECT 1 FROM documents WHERE collection = ? AND deleted_at IS NULL LIMIT 1"


def of(db: Database, collection: str) -> str | None:
    """The model of a collection, with what identifies it; None where it has none."""
    kept = keeping.of_collection(db, collection)
    return None if kept is None else kept.model


def refusal(db: Database, collection: str, vectors: Vectors | None) -> str | None:
    """Why a document with these vectors cannot come into a collection. The first that come say
    which model it has."""
    if vectors is None or not vectors.values:
        return None
    kept = keeping.of_collection(db, collection)
    if kept is None or db.execute(_HAS_SOME, (collection,)).fetchone() is None:
        keeping.choose(db, collection, vectors)
        return None
    if kept.model == vectors.model:
        return None
    name = vectors.model.partition("@")[0]
    return (
        f"step 'embed': the vectors of collection {collection!r} are of model {kept.model}, not of "
        f"{vectors.model}; `gristmill embed --collection {collection} --model {name}` makes all of "
        "them anew"
    )


def rename(db: Database, old: str, new: str) -> None:
    """The model goes with the collection. A change is noted, so that whoever holds vectors asks
    again which of them are of which collection."""
    forget(db, new)
    sql = "UPDATE collection_models SET collection = ? WHERE collection = ?"
    if db.execute(sql, (new, old)).rowcount:
        keeping.note_renaming(db)


def forget(db: Database, collection: str) -> None:
    """What comes next says anew which model a collection has."""
    db.execute("DELETE FROM collection_models WHERE collection = ?", (collection,))


def embed(db: Database, known: Stored, given: Embedding) -> None:
    """Give a document that is there these vectors in place of those that it has; its collection
    has their model from now on."""
    keeping.remove(db, known.first_chunk, known.first_chunk + known.chunks)
    keeping.add(db, known.first_chunk, given.vectors)
    keeping.choose(db, known.collection, given.vectors)
    (said,) = db.execute("SELECT metadata FROM documents WHERE id = ?", (known.row,)).fetchone()
    metadata = {**msgspec.json.decode(said), **given.metadata}
    db.execute("UPDATE documents SET metadata = ? WHERE id = ?", (json_text(metadata), known.row))
