"""How many hits a search has, without looking for all of them."""

import sqlite3
from typing import NamedTuple

from gristmill.storage.library.sqlite.database.within import Condition
from gristmill.storage.library.sqlite.searches.query import Query
from gristmill.storage.library.sqlite.searches.ranking import count_some

_COUNTED, _COUNTED_WHERE = 5_000, 1_000
"""Chunks that are counted; with a filter, which is asked of each of them, fewer."""
_SPAN = "SELECT (SELECT min(id) FROM chunks), (SELECT max(id) FROM chunks)"
"""Each by itself: of both together SQLite would go through all chunks."""


class Total(NamedTuple):
    """`estimated`: the words are in more chunks than are counted."""

    hits: int
    estimated: bool = False


def total(db: sqlite3.Connection, query: Query, where: Condition | None, least: int) -> Total:
    """The hits of a query, of which `least` are known. What is beyond those that are counted is
    taken to be as dense as they are."""
    most = _COUNTED if where is None else _COUNTED_WHERE
    found = count_some(db, query.some or query.every, where, most)
    if found.matching < most:
        return Total(found.passing)
    first, last = db.execute(_SPAN).fetchone()
    share = (found.last - first + 1) / (last - first + 1)
    return Total(max(least, round(found.passing / share)), estimated=True)
