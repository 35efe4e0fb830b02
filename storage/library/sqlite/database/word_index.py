"""The full-text index: the words of titles, headings and texts of chunks (`library.words`).

It is an FTS5 table over the view `worded`, which says with the function `words_of` what of a chunk
is indexed; so whoever opens the library has to bring that function (`bring_words`). To find out
what a deletion takes away, and to compare or rebuild, the view is asked again: the same text must
always have the same words. Other words are another schema.

A library of schema 5 or less has its words in the table `fts`. They move from there to here by some
chunks at a time, while the table `index_move` says which have not yet; both are searched meanwhile.
"""

import sqlite3
from collections.abc import Iterable
from functools import singledispatch
from typing import NamedTuple

from gristmill.storage.library.database import Database
from gristmill.storage.library.words.words import indexed

INDEX, OLD_INDEX = "word_index", "fts"
_STORE = f"INSERT INTO {INDEX}(rowid, title, headings, text) VALUES(?, ?, ?, ?)"
_MOVE = (
    f"INSERT INTO {INDEX}(rowid, title, headings, text)"
    " SELECT id, title, headings, text FROM worded WHERE id >= ? AND id < ?"
)
_FORGET = (
    "INSERT INTO {index}({index}, rowid, title, headings, text)"
    " SELECT 'delete', id, title, headings, text FROM {view} WHERE id >= ? AND id < ?"
)
DOCUMENT_OF = (
    "SELECT whose.id FROM documents AS whose WHERE whose.chunks > 0"
    " AND whose.first_chunk <= {index}.rowid ORDER BY whose.first_chunk DESC LIMIT 1"
)
"""The document of a chunk that an index finds. The chunk itself would be read with its text, which
takes several times as long."""
_STEP = 10_000
"""Chunks that a check moves at a time, in its one transaction."""


class Left(NamedTuple):
    """The chunks whose words are still in the old index: `first <= id < end`."""

    first: int
    end: int

    def __bool__(self) -> bool:
        return self.first < self.end


def bring_words(db: sqlite3.Connection) -> sqlite3.Connection:
    """A connection that can say what of a text is indexed."""
    db.create_function("words_of", 1, indexed, deterministic=True)
    return db


@singledispatch
def add(
    db: Database,
    title: str | None,
    chunks: Iterable[tuple[int, str | None, str]],
) -> None:
    """Index chunks, by id, headings and text, of a document with a title."""
    titled = indexed(title)
    db.executemany(
        _STORE, [(id_, titled, indexed(headings), indexed(text)) for id_, headings, text in chunks]
    )


@singledispatch
def forget(db: Database, first: int, end: int) -> None:
    """Take chunks `first <= id < end`, which are still there, out of the index."""
    left = still_left(db)
    if not left:
        db.execute(_FORGET.format(index=INDEX, view="worded"), (first, end))
        return
    db.execute(
        _FORGET.format(index=OLD_INDEX, view="indexed"),
        (max(first, left.first), min(end, left.end)),
    )
    db.execute(_FORGET.format(index=INDEX, view="worded"), (first, min(end, left.first)))
    db.execute(_FORGET.format(index=INDEX, view="worded"), (max(first, left.end), end))


def still_left(db: Database) -> Left:
    """What has not moved yet."""
    row = db.execute("SELECT first, stop FROM index_move").fetchone()
    return Left._make(row) if row else Left(0, 0)


def is_moving(db: sqlite3.Connection) -> bool:
    """Whether the old index is still there."""
    return db.execute("SELECT 1 FROM index_move").fetchone() is not None


def move(db: sqlite3.Connection, most: int) -> int:
    """Move the words of up to `most` chunks; returns how many ids are left. In a transaction."""
    left = still_left(db)
    step = min(most, max(0, left.end - left.first))
    db.execute(_MOVE, (left.first, left.first + step))
    db.execute("UPDATE index_move SET first = first + ?", (step,))
    if left.first + step >= left.end:
        _drop_old(db)
        return 0
    return left.end - left.first - step


def is_sound(db: sqlite3.Connection) -> bool:
    """Whether the index holds the words of all chunks, and no others. Needs a transaction."""
    while is_moving(db):
        move(db, _STEP)
    try:
        # Rank 1 compares the index with the chunks, not only with itself.
        db.execute(f"INSERT INTO {INDEX}({INDEX}, rank) VALUES('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CORRUPT:
            return False
        raise
    return True


def rebuild(db: sqlite3.Connection) -> None:
    """Make the index anew. In a transaction."""
    if is_moving(db):
        _drop_old(db)
    db.execute(f"INSERT INTO {INDEX}({INDEX}) VALUES('rebuild')")


def _drop_old(db: sqlite3.Connection) -> None:
    for statement in (f"DROP TABLE {OLD_INDEX}", "DROP VIEW indexed", "DELETE FROM index_move"):
        db.execute(statement)
