"""The chunks that may be hits of a query, group by group: each is ranked by itself."""

import json
import sqlite3
from collections.abc import Iterator

from gristmill.storage.library.sqlite.database.within import Condition
from gristmill.storage.library.sqlite.searches.neighbours import lifted
from gristmill.storage.library.sqlite.searches.pruning import (
    STRETCH,
    Frequencies,
    pruned,
    stretches,
)
from gristmill.storage.library.sqlite.searches.query import Query
from gristmill.storage.library.sqlite.searches.ranking import (
    MOST_RANKED,
    Ranked,
    matching,
    ranked,
)

_FEW = 500
"""Documents that pass a filter, whose chunks are then all looked at."""
_SAMPLE = 600
"""Documents by which it is told that many more pass: to look for that few is to look at all."""
_SURE = 10
_GOLDEN = 0.6180339887498949
"""Multiples of it fall evenly, and into no rhythm that documents come in."""
_LAST = "SELECT max(id) FROM documents"
_SAMPLED = "SELECT count(*) FROM documents WHERE id IN (SELECT value FROM json_each(?)) AND {where}"
_PASSING = "SELECT first_chunk, chunks FROM documents WHERE {where} LIMIT ?"


def groups(db: sqlite3.Connection, query: Query, where: Condition | None) -> Iterator[list[Ranked]]:
    """Chunks with all words of the query, then with some, best first; a group may have some of an
    earlier one again."""
    return (lifted(db, group) for group in _groups(db, query, where))


def _groups(
    db: sqlite3.Connection, query: Query, where: Condition | None
) -> Iterator[list[Ranked]]:
    """The same by their own words. In a large library nothing is ranked by words that are in every
    other text."""
    known = Frequencies(db)
    yield _with_all(db, query, known, where)
    if query.some is None:
        return
    expressions = pruned(query, known)
    if not expressions:
        yield ranked(db, query.some, where)
        return
    found = ranked(db, expressions[0], where)
    for expression in expressions[1:] if len(found) < MOST_RANKED else ():
        # Of a chunk that both find, the first one has counted more words.
        seen = {each.row for each in found}
        found += [each for each in ranked(db, expression, where) if each.row not in seen]
    yield sorted(found, key=lambda each: each.rank)
    yield from _rest(db, query.some, where)


def _with_all(
    db: sqlite3.Connection, query: Query, known: Frequencies, where: Condition | None
) -> list[Ranked]:
    light = known.light(query.needed)
    by_light = query.with_all(light)
    if known.small or by_light == query.every:
        return ranked(db, query.every, where)
    rows = matching(db, query.every, where, MOST_RANKED + 1)
    if len(rows) <= MOST_RANKED:
        return ranked(db, by_light, only=rows)
    return ranked(db, query.with_all(query.needed), where)


def _rest(
    db: sqlite3.Connection, expression: str, where: Condition | None
) -> Iterator[list[Ranked]]:
    """All that an expression matches, some of it at a time."""
    if where is not None and not _surely_many(db, where):
        passing = db.execute(_PASSING.format(where=where.sql), (*where.values, _FEW + 1)).fetchall()
        rows = [row for first, number in passing for row in range(first, first + number)]
        if len(passing) <= _FEW and len(rows) <= STRETCH:
            yield ranked(db, expression, only=rows)
            return
    for stretch in stretches(db, expression):
        yield ranked(db, expression, where, stretch=stretch)


def _surely_many(db: sqlite3.Connection, where: Condition) -> bool:
    """Whether many more than a few documents pass, by a sample. A wrong guess costs only time."""
    (last,) = db.execute(_LAST).fetchone()
    if last is None or last <= 2 * _SAMPLE:
        return False
    ids = {1 + int(last * (number * _GOLDEN % 1)) for number in range(_SAMPLE)}
    given = (json.dumps(sorted(ids)), *where.values)
    (passing,) = db.execute(_SAMPLED.format(where=where.sql), given).fetchone()
    return bool(passing >= _SURE and passing * last > 2 * _FEW * _SAMPLE)
