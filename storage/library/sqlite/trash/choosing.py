"""Which deleted documents are meant, and what is told of them."""

import sqlite3
from contextlib import closing
from functools import singledispatch
from typing import Any

from gristmill.schemas.trash import Restoration, TrashedDocument
from gristmill.storage.library.database import Database
from gristmill.storage.library.sqlite.database.within import Condition, all_of, within
from gristmill.storage.library.sqlite.filters.filtering import compiled
from gristmill.storage.library.sqlite.reads.reading import from_micros
from gristmill.storage.library.sqlite.trash.discarding import KEPT
from gristmill.storage.library.trash_role import TrashChoice

_TOLD = (
    "SELECT id, document_id, collection, uri, media_type, title, chunks, bytes, ingested_at,"
    " trashed_at, mirror, run, restore_at FROM trash WHERE id = ?"
)
_NEWEST = (
    "SELECT max(id) FROM trash WHERE document_id IN (SELECT document_id FROM trash WHERE id = ?)"
    " AND NOT EXISTS (SELECT 1 FROM documents WHERE documents.document_id = trash.document_id)"
)
_ALL = 1 << 62
_FILTERED = (*KEPT, "trashed_at", "mirror", "run")
_LOADED = ", ".join(("id", *_FILTERED))


def page(
    db: Database, choice: TrashChoice, after: int | None, limit: int
) -> tuple[list[TrashedDocument], int | None]:
    """Up to `limit` of those that are meant, the newest first, and where the next page begins."""
    found = ids(db, choice, after, limit + 1)
    told = [_told(db.execute(_TOLD, (each,)).fetchone()) for each in found[:limit]]
    return told, found[limit - 1] if len(found) > limit else None


def chosen(db: Database, choice: TrashChoice) -> tuple[list[int], Restoration]:
    """The rows that can be put back, and what is to be said of that."""
    found = ids(db, choice)
    free = [each for each in found if db.execute(_NEWEST, (each,)).fetchone()[0] is not None]
    last: dict[str, int] = {}
    for row in free:
        (document_id,) = db.execute("SELECT document_id FROM trash WHERE id = ?", (row,)).fetchone()
        last.setdefault(document_id, row)
    rows = list(last.values())
    return rows, Restoration(len(rows), len(found) - len(rows))


@singledispatch
def ids(
    db: Database, choice: TrashChoice, after: int | None = None, limit: int = _ALL
) -> list[int]:
    """The rows of those that are meant, the newest first."""
    sql, values = _meant(choice, after)
    # By this name a filter knows the rows.
    asked = f"SELECT id FROM trash AS documents WHERE {sql} ORDER BY id DESC LIMIT ?"
    return [row for (row,) in db.execute(asked, (*values, limit))]


def ids_in_memory(
    db: Database, choice: TrashChoice, after: int | None = None, limit: int = _ALL
) -> list[int]:
    """The same of a database that does not know how filters are said."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as memory:
        memory.execute(f"CREATE TABLE trash({_LOADED})")
        marks = ", ".join("?" * (len(_FILTERED) + 1))
        rows = db.execute(f"SELECT {_LOADED} FROM trash").fetchall()
        memory.executemany(f"INSERT INTO trash({_LOADED}) VALUES({marks})", map(tuple, rows))
        return ids(memory, choice, after, limit)


def _meant(choice: TrashChoice, after: int | None) -> Condition:
    conditions = [within(choice.within)]
    if choice.where is not None:
        conditions.append(compiled(choice.where))
    if choice.document_ids is not None:
        marks = ", ".join("?" * len(choice.document_ids)) or "NULL"
        conditions.append(Condition(f"document_id IN ({marks})", choice.document_ids))
    if choice.mirror is not None:
        conditions.append(Condition("mirror = ?", (choice.mirror,)))
    if choice.run_us is not None:
        conditions.append(Condition("run = ?", (choice.run_us,)))
    if choice.before_us is not None:
        conditions.append(Condition("trashed_at < ?", (choice.before_us,)))
    if after is not None:
        conditions.append(Condition("id < ?", (after,)))
    given = [each for each in conditions if each is not None]
    return all_of(given) if given else Condition("true", ())


def _told(row: Any) -> TrashedDocument:
    facts: tuple[str, str, str, str, str | None, int, int] = row[1:8]
    ingested_at, trashed_at, mirror, run, restore_at = row[8:]
    return TrashedDocument(
        *facts,
        ingested_at=from_micros(ingested_at),
        trashed_at=from_micros(trashed_at),
        mirror=mirror,
        run=None if run is None else from_micros(run),
        restoring=restore_at is not None,
    )
