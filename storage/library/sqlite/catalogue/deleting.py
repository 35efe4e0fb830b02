"""Many documents are deleted in two steps: marked in one transaction, then taken out by some at a
time. What is marked is not there for a job that brings the same content again."""

from gristmill.schemas.filters.tree import Filter
from gristmill.schemas.problems.collection_errors import ConfirmationNeeded
from gristmill.schemas.trash import Discarded
from gristmill.storage.library.database import Database
from gristmill.storage.library.roles import Within
from gristmill.storage.library.sqlite.filters.filtering import chosen
from gristmill.storage.library.sqlite.records import contents
from gristmill.storage.library.sqlite.trash.discarding import discard

_AT_ONCE = 100


def count(db: Database, collection: Within, where: Filter | None) -> int:
    """How many documents of some collections pass a filter, without those that are leaving."""
    sql, values = _meant(collection, where)
    (found,) = db.execute(f"SELECT count(*) FROM documents WHERE {sql}", values).fetchone()
    return int(found)


def rows(db: Database, collection: Within, where: Filter | None) -> list[int]:
    """The numbers of the documents that `count` counts."""
    sql, values = _meant(collection, where)
    return [row for (row,) in db.execute(f"SELECT id FROM documents WHERE {sql}", values)]


def mark(
    db: Database,
    collection: Within,
    where: Filter | None,
    expected: int | None,
    now_us: int,
) -> int:
    """Mark documents to be taken out; returns how many. Inside a transaction. Raises
    ConfirmationNeeded where they are some, and not as many as `expected`."""
    found = count(db, collection, where)
    if found and found != expected:
        raise ConfirmationNeeded.of(found, expected)
    sql, values = _meant(collection, where)
    db.execute(f"UPDATE documents SET deleted_at = ? WHERE {sql}", (now_us, *values))
    return found


def _meant(collection: Within, where: Filter | None) -> tuple[str, tuple[object, ...]]:
    condition = chosen(collection, where)
    if condition is None:
        return "deleted_at IS NULL", ()
    return f"deleted_at IS NULL AND {condition.sql}", condition.values


def is_any_left(db: Database) -> bool:
    found = db.execute("SELECT 1 FROM documents WHERE deleted_at IS NOT NULL LIMIT 1")
    return found.fetchone() is not None


def take_out(db: Database, most_chunks: int, trash: Discarded | None, now_us: int) -> list[str]:
    """Take out the first of the marked documents, so many that about `most_chunks` go. Returns
    their ids. Inside a transaction."""
    gone: list[str] = []
    growths: list[contents.Growth] = []
    chunks = 0
    for document in contents.deleted(db, _AT_ONCE):
        if gone and chunks + document.chunks > most_chunks:
            break
        growths.append(discard(db, document, trash, now_us))
        gone.append(document.document_id)
        chunks += document.chunks
    contents.grow(db, growths)
    return gone
