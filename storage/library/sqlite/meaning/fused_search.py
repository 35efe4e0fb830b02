"""Answers that say which chunks mean what was asked, alone or beside those that have its words.

The chunks with the nearest vectors are found elsewhere, a moment earlier. So each is looked at
again: that it is there, and that its document is one of those that were asked for.

The order does not depend on how many hits are asked for, so pages of it fit together: of the
nearest, as many count beside the words as `DEPTH` says, and no hit by words that comes after as
many counts as a near one.
"""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from gristmill.schemas.outcomes.documents import SearchAnswer
from gristmill.schemas.vector_search import DEPTH, Near, Reranking, SearchMode
from gristmill.storage.library.sqlite.database.within import Condition
from gristmill.storage.library.sqlite.database.word_index import INDEX, OLD_INDEX, is_moving
from gristmill.storage.library.sqlite.meaning.fusion import Fused, fused
from gristmill.storage.library.sqlite.searches.answering import LENGTHENED, shown
from gristmill.storage.library.sqlite.searches.cursors import Place
from gristmill.storage.library.sqlite.searches.hits import hits
from gristmill.storage.library.sqlite.searches.inflected import inflected
from gristmill.storage.library.sqlite.searches.query import Query
from gristmill.storage.library.sqlite.searches.search import MOST_HITS, Found, page, titled
from gristmill.storage.library.sqlite.searches.suggesting import suggestion
from gristmill.storage.library.sqlite.searches.totals import Total, total

_OF_MEANING = 0.75
"""What a place by nearness is worth beside one by words (`fusion`)."""
_THERE = (
    "SELECT chunks.id, documents.id, documents.title FROM chunks"
    " JOIN documents ON documents.id = chunks.document WHERE chunks.id IN ({rows}){also}"
)
_HAVING = "SELECT rowid FROM {index} WHERE {index} MATCH ? AND rowid IN ({rows})"


class Asked(NamedTuple):
    """What is searched for, and which page of it is wanted."""

    text: str
    where: Condition | None
    mode: SearchMode
    limit: int
    cursor: str | None = None
    fields: Sequence[str] | None = None


class _Orders(NamedTuple):
    """What was found by words, with more than `DEPTH` only where such places are asked for, and by
    nearness to each model's vector of the query."""

    by_words: list[Found]
    near: list[list[Found]]

    @property
    def near_rows(self) -> set[int]:
        return {each.row for order in self.near for each in order}


def answer(
    db: sqlite3.Connection, asked: Asked, nearest: Sequence[Near], rerank: Reranking | None = None
) -> SearchAnswer:
    """A page of the chunks of some orders by nearness, in mode hybrid fused with those that have
    the words of the query. Raises InvalidQuery, InvalidCursor."""
    place = Place.of(asked.cursor, asked.text, asked.where, asked.mode)
    needed = min(place.start + asked.limit + 1, MOST_HITS)
    again = rerank.most if rerank is not None and place.start < rerank.most else 0
    query, orders = _orders(db, asked, nearest, max(needed, again))
    order = _in_order(query, orders, lexical=asked.mode is SearchMode.HYBRID)
    if rerank is not None and again:
        order = [*_reranked(db, query, order[: rerank.most], rerank), *order[rerank.most :]]
    if not order:
        other = suggestion(db, asked.text, asked.where)
        return SearchAnswer([], query.notes, other, mode=asked.mode)
    found = order[place.start : needed]
    items, told, notes = shown(db, query, found, asked.limit, asked.fields)
    end = place.start + told
    goes_on = told < len(found)
    number = _total(db, asked, query, orders, nearest, end + goes_on)
    following = place._replace(start=end).cursor(asked.text, asked.where) if goes_on else None
    return SearchAnswer(items, notes, None, following, number.hits, number.estimated, asked.mode)


def _orders(
    db: sqlite3.Connection, asked: Asked, nearest: Sequence[Near], needed: int
) -> tuple[Query, _Orders]:
    """What is to be fused for the first `needed` hits, and the query as it was looked for."""
    query = inflected(db, asked.text, asked.where)
    near = [_admitted(db, query, asked.where, each.rows) for each in nearest]
    if asked.mode is not SearchMode.HYBRID:
        return query, _Orders([], near)
    near = [order[:DEPTH] for order in near]
    # Near ones may lie anywhere among those by words: without them, enough must be left.
    deep = DEPTH + 1 if needed <= DEPTH else needed + sum(map(len, near))
    by_words = page(db, query, asked.where, deep)
    if not by_words and query.lengthened is not None:
        longer = query.lengthened
        if by_words := page(db, longer, asked.where, deep):
            query = longer._replace(notes=(*query.notes, LENGTHENED))
    return query, _Orders(by_words, near)


def _in_order(query: Query, orders: _Orders, *, lexical: bool) -> list[Found]:
    by_words, near = orders
    near_rows = orders.near_rows
    known = {each.row: each for each in (*(e for order in near for e in order), *by_words)}
    words = [
        each.row if at < DEPTH or each.row not in near_rows else None
        for at, each in enumerate(by_words)
    ]
    by_nearness: list[list[int | None]] = [[each.row for each in order] for order in near]
    order = fused([words, *by_nearness], [1.0, *(_OF_MEANING for _ in near)])
    if lexical:
        best = {each.document: each.row for each in reversed(by_words[:DEPTH])}
        first = {row for row in best.values() if titled(query, known[row].title) is not None}
        order.sort(key=lambda each: each.item not in first)
    return [_placed(known[each.item], each, lexical, len(near)) for each in order]


def _placed(found: Found, place: Fused, lexical: bool, orders: int) -> Found:
    by_words, *near = place.ranks
    nearest = min((rank for rank in near if rank is not None), default=None)
    # Of a single order, how near a chunk is says more than its place.
    rank = found.rank if not lexical and orders == 1 else -place.score
    return found._replace(rank=rank, lexical_rank=by_words, vector_rank=nearest)


def _reranked(
    db: sqlite3.Connection, query: Query, first: Sequence[Found], rerank: Reranking
) -> Sequence[Found]:
    """The first hits as a model for that puts them in order; where it cannot, as they are."""
    told = hits(db, query, first, ("text",))
    scores = rerank.scores([hit.text for _, hit in told]) if told else None
    if scores is None:
        return first
    scored = [
        found._replace(rerank_score=score) for (found, _), score in zip(told, scores, strict=True)
    ]
    return sorted(scored, key=lambda each: -(each.rerank_score or 0.0))


def _total(
    db: sqlite3.Connection,
    asked: Asked,
    query: Query,
    orders: _Orders,
    nearest: Sequence[Near],
    least: int,
) -> Total:
    """By meaning alone, each chunk that has a vector is more or less near, so all are hits. Beside
    the words, those near ones are hits that are fused."""
    if asked.mode is not SearchMode.HYBRID:
        narrowed = bool(query.unwanted or query.titled)
        return Total(max(least, sum(each.passing for each in nearest)), estimated=narrowed)
    by_words = orders.by_words
    words = (
        Total(len(by_words))
        if len(by_words) <= DEPTH
        else total(db, query, asked.where, len(by_words))
    )
    beside = orders.near_rows - {each.row for each in by_words}
    if len(by_words) > DEPTH:
        rows = ",".join(map(str, beside))
        beside -= _having(db, query.some or query.every, rows)
    return Total(max(least, words.hits + len(beside)), words.estimated)


def _admitted(
    db: sqlite3.Connection,
    query: Query,
    where: Condition | None,
    order: Sequence[tuple[int, float]],
) -> list[Found]:
    """Those of an order that may be shown, as if they had been found by their words."""
    rows = ",".join(str(row) for row, _ in order)
    also, values = ("", ()) if where is None else (f" AND {where.sql}", where.values)
    there = {
        row: (document, title)
        for row, document, title in db.execute(_THERE.format(rows=rows, also=also), values)
    }
    if query.unwanted:
        for row in _having(db, " OR ".join(query.unwanted), rows):
            there.pop(row, None)
    if query.titled:
        having = _having(db, query.titled, rows)
        there = {row: told for row, told in there.items() if row in having}
    return [Found(row, -cosine, False, *there[row]) for row, cosine in order if row in there]


def _having(db: sqlite3.Connection, expression: str, rows: str) -> set[int]:
    indexes = (INDEX, OLD_INDEX) if is_moving(db) else (INDEX,)
    return {
        row
        for index in indexes
        for (row,) in db.execute(_HAVING.format(index=index, rows=rows), (expression,))
    }
