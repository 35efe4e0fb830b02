"""What a search answers: a page of hits, what there is to say of the query, and another to try."""

import sqlite3
from collections.abc import Sequence

from gristmill.schemas.outcomes.documents import SearchAnswer, SearchHit
from gristmill.storage.library.sqlite.database.within import Condition
from gristmill.storage.library.sqlite.searches.cursors import Place
from gristmill.storage.library.sqlite.searches.hits import hits
from gristmill.storage.library.sqlite.searches.inflected import inflected
from gristmill.storage.library.sqlite.searches.query import Query
from gristmill.storage.library.sqlite.searches.search import MOST_HITS, Found, page
from gristmill.storage.library.sqlite.searches.suggesting import suggestion
from gristmill.storage.library.sqlite.searches.totals import Total, total

LENGTHENED = "nothing has these words: longer words that begin with them were looked for"
_FULL = "the page ends at {count} hits, which is as much text as one answer has: `next` goes on"
_AT_ONCE = 50
MOST_BYTES = 2 << 20
"""Of the texts of one answer. A chunk may be long, and an answer is made in memory."""
_RANGE = 12
"""Bytes of a pair of offsets."""


def answer(
    db: sqlite3.Connection,
    text: str,
    where: Condition | None,
    limit: int,
    cursor: str | None = None,
    fields: Sequence[str] | None = None,
) -> SearchAnswer:
    """Where nothing is found, long words are looked for as beginnings of others; where that finds
    nothing either, words that are spelled nearly so are suggested. Raises InvalidQuery, and
    InvalidCursor."""
    place = Place.of(cursor, text, where)
    query = inflected(db, text, where)
    if not place.lengthened:
        found = page(db, query, where, limit + 1, place.start)
        if found or place.start:
            return _answer(db, (text, query, where), place, found, limit, fields)
    if query.lengthened is not None:
        longer = query.lengthened._replace(notes=(*query.notes, LENGTHENED))
        place = place._replace(lengthened=True)
        found = page(db, longer, where, limit + 1, place.start)
        if found or place.start:
            return _answer(db, (text, longer, where), place, found, limit, fields)
    return SearchAnswer([], query.notes, suggestion(db, text, where), total=0)


def all_hits(
    db: sqlite3.Connection, text: str, where: Condition | None, limit: int
) -> list[SearchHit]:
    """The first hits, however many answers they fill. Raises InvalidQuery."""
    items: list[SearchHit] = []
    cursor = None
    while True:
        part = answer(db, text, where, limit - len(items), cursor)
        items += part.items
        if (cursor := part.next) is None or len(items) >= limit:
            return items


def _answer(
    db: sqlite3.Connection,
    asked: tuple[str, Query, Condition | None],
    place: Place,
    found: Sequence[Found],
    limit: int,
    fields: Sequence[str] | None,
) -> SearchAnswer:
    text, query, where = asked
    items, told, notes = shown(db, query, found, limit, fields)
    end = place.start + told
    if told == len(found) and (end < MOST_HITS):
        number, following = Total(end), None
    else:
        number = total(db, query, where, end + 1)
        goes_on = told < len(found)
        following = place._replace(start=end).cursor(text, where) if goes_on else None
    return SearchAnswer(items, notes, None, following, number.hits, number.estimated)


def shown(
    db: sqlite3.Connection,
    query: Query,
    found: Sequence[Found],
    limit: int,
    fields: Sequence[str] | None,
) -> tuple[list[SearchHit], int, tuple[str, ...]]:
    """A page of up to `limit` hits, how many of those that were found it has, and what there is to
    say of it."""
    items, told = _told(db, query, found[:limit], fields)
    full = told < len(found[:limit])
    return items, told, (*query.notes, _FULL.format(count=told)) if full else query.notes


def _told(
    db: sqlite3.Connection, query: Query, found: Sequence[Found], fields: Sequence[str] | None
) -> tuple[list[SearchHit], int]:
    """Hits, as many as one answer has room for, and how many of those that were found they are:
    what went away since is none."""
    items: list[SearchHit] = []
    size = 0
    for at in range(0, len(found), _AT_ONCE):
        for each, hit in hits(db, query, found[at : at + _AT_ONCE], fields):
            size += len(hit.text.encode()) + len(hit.snippet.encode()) + _RANGE * len(hit.highlight)
            if size > MOST_BYTES and items:
                return items, found.index(each)
            items.append(hit)
    return items, len(found)
