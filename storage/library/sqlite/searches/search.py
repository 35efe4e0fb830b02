"""The hits of a query, in their order.

The order does not depend on how many are asked for, so pages of it fit together; what is not asked
for is not looked for.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from gristmill.schemas.outcomes.documents import SearchHit
from gristmill.storage.library.sqlite.database.within import Condition
from gristmill.storage.library.sqlite.searches.candidates import groups
from gristmill.storage.library.sqlite.searches.hits import hits
from gristmill.storage.library.sqlite.searches.query import Query, fold
from gristmill.storage.library.sqlite.searches.ranking import Ranked

MOST_HITS = 1000
"""That pages of one search go to."""
_WINDOW = 50
"""Documents whose chunks are put in order together."""
_TURN, _LATER_TURN = 3, 0.5
"""So many chunks of a document are shown before it is the others' turn: its next ones count half of
what they are worth, those after them a quarter."""

_DOCUMENT = (
    "SELECT documents.id, documents.title, documents.first_chunk, documents.chunks FROM chunks"
    " JOIN documents ON documents.id = chunks.document WHERE chunks.id = ?"
)


class Found(NamedTuple):
    """A chunk that was found, and its document. `lexical_rank`, `vector_rank`: its places by words
    and by nearness, where both were looked for; `rerank_score`: what a model says of it."""

    row: int
    rank: float
    bare: bool
    document: int
    title: str | None
    lexical_rank: int | None = None
    vector_rank: int | None = None
    rerank_score: float | None = None


def search(
    db: sqlite3.Connection, query: Query, where: Condition | None, limit: int
) -> list[SearchHit]:
    """The best chunks for a query. Those with all words come first, then those with some of the
    words, and then what has none but in its title."""
    return [hit for _, hit in hits(db, query, page(db, query, where, limit))]


def page(
    db: sqlite3.Connection, query: Query, where: Condition | None, limit: int, start: int = 0
) -> list[Found]:
    """The same without the first `start`, and without what is told of them."""
    return list(islice(_ordered(db, query, where), start, min(start + limit, MOST_HITS)))


def _ordered(db: sqlite3.Connection, query: Query, where: Condition | None) -> Iterator[Found]:
    taken: Counter[int] = Counter()
    seen: set[int] = set()
    bare: list[Found] = []
    for group in groups(db, query, where):
        new = [each for each in group if each.row not in seen]
        for window in _windows(db, new):
            best, barer = _in_turn([each for each in window if each.row not in seen], taken)
            bare += barer
            seen.update(each.row for each in window)
            # A beginning is shown though a later window may find it again.
            seen.update(each.row for each in best)
            yield from _titled_first(query, best)
    yield from bare


def _windows(db: sqlite3.Connection, rows: Sequence[Ranked]) -> Iterator[list[Found]]:
    """The best chunks, best first, of some documents at a time."""
    found: list[Found] = []
    known: dict[range, tuple[int, str | None]] = {}
    for row, rank, bare, _ in rows:
        chunks = next((chunks for chunks in known if row in chunks), None)
        if chunks is None:
            if len(known) == _WINDOW:
                yield found
                found, known = [], {}
            if (document := db.execute(_DOCUMENT, (row,)).fetchone()) is None:
                continue  # it went away since it was found
            id_, title, first, number = document
            chunks = range(first, first + number)
            known[chunks] = (id_, title)
        found.append(Found(row, rank, bare, *known[chunks]))
    yield found


def _in_turn(found: list[Found], taken: Counter[int]) -> tuple[list[Found], list[Found]]:
    """Those worth showing, the first few of each document before more of any that are not twice as
    good; and those that say nothing of what was looked for. Of a document with nothing else, its
    beginning is worth showing."""
    beginnings: dict[int, Found] = {}
    for each in found:
        if each.bare and each.row <= beginnings.get(each.document, each).row:
            beginnings[each.document] = each
    turns: list[tuple[float, Found]] = []
    for each in found:
        already = taken[each.document]
        if each.bare and already:
            continue
        worthy = beginnings[each.document] if each.bare else each
        turns.append((each.rank * _LATER_TURN ** (already // _TURN), worthy))
        taken[each.document] += 1
    shown = {each.row for _, each in turns}
    best = [each for _, each in sorted(turns, key=itemgetter(0))]
    return best, [each for each in found if each.row not in shown]


def _titled_first(query: Query, found: list[Found]) -> list[Found]:
    """The best chunk of each document whose whole title is the query goes to the front: BM25
    alone would rather have one of a document with a longer title. Then those whose title is a
    number and the query, as files are often named (`0001-private-fields`)."""
    exact: list[Found] = []
    numbered: list[Found] = []
    rest: list[Found] = []
    known: dict[int, Titled | None] = {}
    for each in found:
        if each.document not in known:
            known[each.document] = titled(query, each.title)
        how = known[each.document]
        if how is None:
            rest.append(each)
            continue
        (exact if how is Titled.WHOLLY else numbered).append(each)
        known[each.document] = None
    return exact + numbered + rest


class Titled(Enum):
    """How a query is a document's title: all of it, or all but a number before."""

    WHOLLY = "wholly"
    NUMBERED = "numbered"


def titled(query: Query, title: str | None) -> Titled | None:
    """Whether a title is the query."""
    words = fold(title or "")
    if words and words == query.words:
        return Titled.WHOLLY
    if words[:1] and words[0].isdigit() and words[1:] == query.words:
        return Titled.NUMBERED
    return None
