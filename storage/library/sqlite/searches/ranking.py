"""BM25 over titles, headings and texts of chunks, in both indexes while one moves."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

from gristmill.storage.library.sqlite.database.within import Condition
from gristmill.storage.library.sqlite.database.word_index import (
    DOCUMENT_OF,
    INDEX,
    OLD_INDEX,
    still_left,
)

# Of title, headings and text. Each chunk of a document bears its title: were a title worth less in
# a long chunk than in a short one, as BM25 has it, the shortest chunk would be the best. With a
# weight as great as this one the length is lost in rounding. A word counts once, in the title or in
# the text; what a chunk itself says counts on top, and tells the chunks of a document apart. For
# that its headings count little: the outermost one is mostly the title again, in each chunk.
_BY_ALL = "bm25({index}, 1e18, 3.0, 1.0)"
_BY_TEXT = "bm25({index}, 0.0, 0.2, 1.0)"
_TEXT_ON_TOP = 0.5
_SLIGHT = 0.05
"""The share of its score that a chunk owes to its own text, and says nothing itself: it may still
hold "the" or "of"."""
MOST_RANKED = 1000
"""Chunks that one expression brings: no search has more hits of it."""

_SCORED = f"{_BY_ALL} AS all_, {_BY_TEXT} AS text_"
_ORDER = f"ORDER BY all_ + {_TEXT_ON_TOP} * text_, {{index}}.rowid LIMIT {MOST_RANKED}"
_RANKED = f"SELECT rowid, {_SCORED} FROM {{index}} WHERE {{index}} MATCH ?{{also}} {_ORDER}"
# CROSS JOIN is an order to SQLite: were the index asked once a chunk, each time it would go through
# all that the expression matches.
_PLACES = f" FROM {{index}} CROSS JOIN documents ON documents.id = ({DOCUMENT_OF})"
_RANKED_WHERE = (
    f"SELECT {{index}}.rowid, {_SCORED} {_PLACES} WHERE {{index}} MATCH ?"
    f" AND {{where}}{{also}} {_ORDER}"
)

_BARE = " FROM {index}"
_MATCHING = "SELECT {index}.rowid{places} WHERE {index} MATCH ?{also}{where} LIMIT ?"
_COUNTING = (
    "SELECT count(*), coalesce(sum(passes), 0), coalesce(max(id), 0) FROM (SELECT"
    " {index}.rowid AS id, {where} AS passes{places} WHERE {index} MATCH ?{also} LIMIT ?)"
)
_THERE = "SELECT 1 FROM {index} WHERE {index} MATCH ?{also} LIMIT 1"
_STRETCH = " AND {index}.rowid >= {first} AND {index}.rowid <= {last}"
# The plus keeps SQLite from asking the index once for each of them.
_ONLY = " AND +{index}.rowid IN (SELECT value FROM json_each(?))"


class Ranked(NamedTuple):
    """A chunk that an expression matches: the less its `rank`, the better. `bare`: by its
    document's title alone. `text`: what it is worth by its own text."""

    row: int
    rank: float
    bare: bool
    text: float = 0.0


def ranked(
    db: sqlite3.Connection,
    expression: str,
    where: Condition | None = None,
    *,
    stretch: tuple[int, int] | None = None,
    only: Sequence[int] | None = None,
) -> list[Ranked]:
    """The best chunks of documents that meet a condition, best first. `stretch`: with ids from its
    first to its last; `only`: of these."""
    sql, values = where or ("", ())
    statement = partial((_RANKED_WHERE if where else _RANKED).format, where=sql)
    given = [expression, *values]
    if only is not None:
        given.append(json.dumps(only))
    rows: list[tuple[int, float, float]] = []
    with indexes(db) as asked:
        for index, also in asked:
            if stretch is not None:
                also += _STRETCH.format(index=index, first=stretch[0], last=stretch[1])
            if only is not None:
                also += _ONLY.format(index=index)
            rows += db.execute(statement(index=index, also=also), given)
    found = [
        Ranked(row, by_all + _TEXT_ON_TOP * by_text, by_text >= _SLIGHT * by_all, by_text)
        for row, by_all, by_text in rows
    ]
    return sorted(found, key=lambda each: each.rank)[:MOST_RANKED]


def matching(
    db: sqlite3.Connection, expression: str, where: Condition | None, most: int
) -> list[int]:
    """Up to `most` chunks that an expression matches, in no order."""
    sql, values = ("", ()) if where is None else (f" AND {where.sql}", where.values)
    rows: list[int] = []
    with indexes(db) as asked:
        for index, also in asked:
            places = (_PLACES if where else _BARE).format(index=index)
            statement = _MATCHING.format(index=index, places=places, also=also, where=sql)
            rows += [row for (row,) in db.execute(statement, (expression, *values, most))]
    return rows[:most]


def those_there(db: sqlite3.Connection, terms: Sequence[str]) -> tuple[str, ...]:
    """The words among these, folded, that some chunk has."""
    with indexes(db) as asked:
        return tuple(
            term
            for term in terms
            if any(
                db.execute(_THERE.format(index=index, also=also), (f'"{term}"',)).fetchone()
                for index, also in asked
            )
        )


class Counted(NamedTuple):
    """Of chunks that match, in the order of their ids: how many were looked at, how many of them
    are of documents that pass, and the last of them."""

    matching: int
    passing: int
    last: int


def count_some(
    db: sqlite3.Connection, expression: str, where: Condition | None, most: int
) -> Counted:
    """Up to `most` chunks that an expression matches."""
    sql, values = ("1", ()) if where is None else (where.told, where.values)
    matched = passing = last = 0
    with indexes(db) as asked:
        for index, also in asked:
            places = (_PLACES if where else _BARE).format(index=index)
            statement = _COUNTING.format(index=index, places=places, also=also, where=sql)
            row = db.execute(statement, (*values, expression, most - matched)).fetchone()
            matched, passing, last = matched + row[0], passing + row[1], max(last, row[2])
    return Counted(matched, passing, last)


@contextmanager
def indexes(db: sqlite3.Connection) -> Iterator[list[tuple[str, str]]]:
    """The indexes that have to be asked, each with a further condition for that. Where there are
    two, both are as they are at one moment: what moves between two looks would be in neither."""
    if not still_left(db):
        yield [(INDEX, "")]
        return
    db.execute("BEGIN")
    try:
        left = still_left(db)
        old = f" AND {OLD_INDEX}.rowid >= {left.first} AND {OLD_INDEX}.rowid < {left.end}"
        yield [(INDEX, ""), *([(OLD_INDEX, old)] if left else [])]
    finally:
        db.execute("COMMIT")
