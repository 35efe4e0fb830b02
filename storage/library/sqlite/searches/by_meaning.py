"""Answers that say which chunks mean what was asked, alone or beside those that have its words.

The chunks with the nearest vectors are found elsewhere, a moment earlier. So each is looked at
again: that it is there, and that its document is one of those that were asked for.
"""

import sqlite3
from collections.abc import Sequence

from gristmill.schemas.outcomes.documents import SearchAnswer
from gristmill.schemas.vector_search import Ranked
from gristmill.storage.library.sqlite.database.within import Condition
from gristmill.storage.library.sqlite.database.word_index import INDEX, OLD_INDEX, is_moving
from gristmill.storage.library.sqlite.searches.fusion import Fused, fused
from gristmill.storage.library.sqlite.searches.query import Query, parse
from gristmill.storage.library.sqlite.searches.search import Found, hits_of, ranked, titled

_OF_MEANING = 0.75
"""What a place by nearness is worth beside one by words (`fusion`)."""
DEPTH = 100
"""So many of each order are fused, at least."""
_THERE = (
    "SELECT chunks.id, documents.id, documents.title FROM chunks"
    " JOIN documents ON documents.id = chunks.document WHERE chunks.id IN ({rows}){also}"
)
_HAVING = "SELECT rowid FROM {index} WHERE {index} MATCH ? AND rowid IN ({rows})"


def answer(
    db: sqlite3.Connection,
    text: str,
    where: Condition | None,
    limit: int,
    orders: Sequence[Ranked],
    *,
    lexical: bool,
) -> SearchAnswer:
    """The chunks of some orders by nearness, with `lexical` fused with those that have the words
    of the query. Raises InvalidQuery."""
    query = parse(text)
    by_words = ranked(db, query, where, max(limit, DEPTH)) if lexical else []
    near = [_admitted(db, query, where, order) for order in orders]
    known = {each.row: each for each in (*(e for order in near for e in order), *by_words)}
    places = [[each.row for each in order] for order in (by_words, *near)]
    order = fused(places, [1.0, *(_OF_MEANING for _ in near)])
    if lexical:
        best = {each.document: each.row for each in reversed(by_words)}
        first = {row for row in best.values() if titled(query, known[row]) is not None}
        order.sort(key=lambda each: each.item not in first)
    found = [_ranked(known[each.item], each, lexical, len(near)) for each in order[:limit]]
    return SearchAnswer(hits_of(db, query, found), query.notes)


def _ranked(found: Found, place: Fused, lexical: bool, orders: int) -> Found:
    by_words, *near = place.ranks
    nearest = min((rank for rank in near if rank is not None), default=None)
    # Of a single order, how near a chunk is says more than its place.
    rank = found.rank if not lexical and orders == 1 else -place.score
    return found._replace(rank=rank, lexical_rank=by_words, vector_rank=nearest)


def _admitted(
    db: sqlite3.Connection, query: Query, where: Condition | None, order: Ranked
) -> list[Found]:
    """Those of an order that may be shown, as if they had been found by their words."""
    rows = ",".join(str(row) for row, _ in order)
    also, values = ("", ()) if where is None else (f" AND {where.sql}", where.values)
    there = {
        row: (document, title)
        for row, document, title in db.execute(_THERE.format(rows=rows, also=also), values)
    }
    if query.barred is not None:
        for row in _having(db, query.barred, rows):
            there.pop(row, None)
    if query.needed is not None:
        having = _having(db, query.needed, rows)
        there = {row: told for row, told in there.items() if row in having}
    return [Found(row, -cosine, False, "", *there[row]) for row, cosine in order if row in there]


def _having(db: sqlite3.Connection, expression: str, rows: str) -> set[int]:
    indexes = (INDEX, OLD_INDEX) if is_moving(db) else (INDEX,)
    return {
        row
        for index in indexes
        for (row,) in db.execute(_HAVING.format(index=index, rows=rows), (expression,))
    }
