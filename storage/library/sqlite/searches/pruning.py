"""What of a query of common words is looked for, in a large library, so that it stays quick.

To rank a chunk costs fifty times what it costs to find it, and BM25 has to go through all chunks
that a word is in before it ranks the first one. So rare words find the candidates, commoner ones
rank them, and what is in every tenth chunk only has to be there
(`docs/decisions/0014-search-stays-in-fts5.md`). A small library is asked for everything at once.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import accumulate

from gristmill.storage.library.sqlite.database.word_index import INDEX
from gristmill.storage.library.sqlite.searches.query import Query

SMALL = 5_000
"""Chunks of a library for which all this is not worth while."""
CANDIDATES = 3_000
"""Chunks with some of the words that are ranked first."""
STRETCH = 10_000
"""Those that are ranked together where these were not enough."""
_HEAVY = 10
"""A word in more than every tenth chunk weighs little: others count for two to four times more."""
HEAVY_FROM = 20_000
"""Chunks with a word from which on it costs anything that it weighs."""
_COUNTED = 5_000
"""Chunks with a word that are counted. Of a commoner one the rest is estimated."""
_LAST = "SELECT max(id) FROM chunks"
_NEXT = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH ? AND rowid >= ? LIMIT 1 OFFSET ?"
_NO_LAST = 2**62
_COUNT = (
    "SELECT count(*), max(rowid) FROM"
    f" (SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH ? LIMIT {_COUNTED})"
)


class Frequencies:
    """In how many chunks words are, about, for one search."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._known: dict[str, int] = {}
        (last,) = db.execute(_LAST).fetchone()
        self.chunks: int = last or 0

    @property
    def small(self) -> bool:
        """Whether there are so few chunks that everything may be ranked."""
        return self.chunks <= SMALL

    def __getitem__(self, term: str) -> int:
        if term not in self._known:
            count, at = self._db.execute(_COUNT, (term,)).fetchone()
            if count == _COUNTED:
                count = int(count * max(1.0, self.chunks / at))
            self._known[term] = count
        return self._known[term]

    def light(self, terms: Sequence[str]) -> tuple[str, ...]:
        """Those that are worth ranking by: all of them, where none weighs more than others."""
        if self.small or len(terms) < 2 or _costly(terms):
            return tuple(terms)
        most = max(self.chunks // _HEAVY, HEAVY_FROM)
        return tuple(term for term in terms if self[term] <= most) or tuple(terms)


def pruned(query: Query, known: Frequencies) -> tuple[str, ...]:
    """Expressions for the most telling of the chunks that have some of the words; none where it
    is as well to look for all of them."""
    if known.small or len(query.choices) < 2 or _costly(query.choices):
        return ()
    terms = sorted(query.choices, key=lambda term: known[term])
    total = list(accumulate(known[term] for term in terms))
    if total[-1] <= CANDIDATES:
        return ()
    rare = max(1, sum(number <= CANDIDATES for number in total))
    light = set(known.light(terms))
    others = [term for term in terms[rare:] if term in light]
    alone = query.with_some(terms[:rare])
    if not others:
        return (alone,)
    both = query.with_some(terms[:rare], others)
    # What has none of the others is not found by the first one.
    return (both, alone) if total[0] <= CANDIDATES else (both,)


def _costly(terms: Sequence[str]) -> bool:
    """Whether to ask for them more than once costs more than to rank all that they find: the words
    of a prefix are merged each time."""
    return any(term.endswith("*") for term in terms)


def stretches(db: sqlite3.Connection, expression: str) -> Iterator[tuple[int, int]]:
    """Ranges of chunk ids, first and last, in each of which STRETCH chunks match at most."""
    first = 0
    while True:
        row = db.execute(_NEXT, (expression, first, STRETCH - 1)).fetchone()
        yield first, (_NO_LAST if row is None else row[0])
        if row is None:
            return
        first = row[0] + 1
