"""Counts of values over the documents that a list or a search is of."""

import heapq
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from typing import Any, NamedTuple

from gristmill.schemas.filters.facets import (
    LONGEST_VALUE,
    MOST_DOCUMENTS,
    MOST_VALUES,
    Facet,
    FacetValue,
)
from gristmill.schemas.filters.tree import Field
from gristmill.storage.library.sqlite.database.within import Condition, all_of
from gristmill.storage.library.sqlite.database.word_index import DOCUMENT_OF
from gristmill.storage.library.sqlite.filters import said
from gristmill.storage.library.sqlite.searches.inflected import inflected
from gristmill.storage.library.sqlite.searches.ranking import indexes

CPU_S, SECONDS = 0.15, 1.0
"""That counting takes at most, of its thread's time and, where the machine is busy, in all."""
_LOOK = 500
"""Rows between two looks at the time, and so documents that are counted together."""
_ALL = Condition("1", ())
# Whether each passes is told, not asked for: so that many that do not take no longer than a look.
_LISTED = "SELECT id, {passes} FROM documents{within} ORDER BY ingested_at DESC, id DESC"
_FOUND = (
    f"SELECT documents.id, {{passes}} FROM {{index}} CROSS JOIN documents ON documents.id ="
    f" ({DOCUMENT_OF}) WHERE {{index}} MATCH ?{{also}}{{within}}"
)
_ROWS = "json_each(?) AS chosen CROSS JOIN documents ON documents.id = chosen.value"
_COUNTED = (
    "SELECT 'text', {value}, count(*) FROM {rows} WHERE {value} IS NOT NULL"
    " AND length({value}) <= ? GROUP BY {value}"
)
# UNION, so that a document counts once that says a thing twice.
_SAID = (
    "SELECT documents.id AS document, said.type AS type, said.atom AS value FROM {rows}"
    " CROSS JOIN json_each(documents.metadata, ?) AS said WHERE said.atom IS NOT NULL"
    " AND length(said.atom) <= ?"
)
_SAID_COUNTED = "SELECT type, value, count(*) FROM ({said}) GROUP BY type, value"
_TRUTHS = {"true": True, "false": False}


class Asked(NamedTuple):
    """The documents to count: in `within`, passing `where`, and with all words of `query` in one
    chunk, or with some where none has all."""

    within: Condition | None = None
    where: Condition | None = None
    query: str | None = None


class Budget:
    """The time that counting may take, of the thread and in all."""

    def __init__(self) -> None:
        self._until = time.monotonic() + SECONDS
        self._cpu_until = time.thread_time() + CPU_S

    def is_spent(self) -> bool:
        return time.thread_time() >= self._cpu_until or time.monotonic() >= self._until


def facets(
    db: sqlite3.Connection,
    fields: Sequence[Field],
    asked: Asked,
    is_spent: Callable[[], bool] | None = None,
) -> dict[str, Facet]:
    """The facets of documents, of as many of them as can be counted before the time `is_spent`, or
    MOST_DOCUMENTS. Raises InvalidQuery."""
    spent = is_spent or Budget().is_spent
    counts = [Counter[tuple[str, Any]]() for _ in fields]
    seen: set[int] = set()
    portion: list[int] = []
    exact = True
    with closing(_chosen(db, asked)) as chosen:
        for number, (row, passes) in enumerate(chosen, 1):
            if passes and row not in seen:
                if len(seen) == MOST_DOCUMENTS:
                    exact = False
                    break
                seen.add(row)
                portion.append(row)
            if number % _LOOK:
                continue
            if spent():
                exact = False
                break
            if len(portion) >= _LOOK:
                _count(db, fields, portion, counts)
                portion = []
        _count(db, fields, portion, counts)
    return {
        field.name: _facet(counted, exact) for field, counted in zip(fields, counts, strict=True)
    }


def _facet(counted: Counter[tuple[str, Any]], exact: bool) -> Facet:
    first = heapq.nsmallest(MOST_VALUES, counted.items(), key=_place)
    values = [FacetValue(_TRUTHS.get(kind, value), count) for (kind, value), count in first]
    return Facet(values, len(counted) > MOST_VALUES, exact)


def _place(item: tuple[tuple[str, Any], int]) -> tuple[int, bool, Any, str]:
    (kind, value), count = item
    return -count, isinstance(value, str), value, kind


def _chosen(db: sqlite3.Connection, asked: Asked) -> Generator[tuple[int, int], None, None]:
    """Documents and whether they pass; one may come again."""
    if asked.query is None:
        test = asked.where or _ALL
        sql, inside = ("", ()) if asked.within is None else asked.within
        listed = _LISTED.format(passes=test.told, within=sql and f" WHERE {sql}")
        yield from db.execute(listed, (*test.values, *inside))
        return
    conditions = [each for each in (asked.within, asked.where) if each is not None]
    wanted = inflected(db, asked.query, all_of(conditions) if conditions else None)
    found = False
    for row, passes in _matching(db, wanted.every, asked):
        found = found or bool(passes)
        yield row, passes
    if not found and wanted.some is not None:
        yield from _matching(db, wanted.some, asked)


def _matching(
    db: sqlite3.Connection, expression: str, asked: Asked
) -> Generator[tuple[int, int], None, None]:
    test = asked.where or _ALL
    sql, inside = ("", ()) if asked.within is None else asked.within
    with indexes(db) as asked_of:
        for index, also in asked_of:
            found = _FOUND.format(
                passes=test.told, index=index, also=also, within=sql and f" AND {sql}"
            )
            yield from db.execute(found, (*test.values, expression, *inside))


def _count(
    db: sqlite3.Connection,
    fields: Sequence[Field],
    rows: Sequence[int],
    counts: Sequence[Counter[tuple[str, Any]]],
) -> None:
    """Add the values of some documents, each of which comes but once."""
    if not rows:
        return
    given = json.dumps(rows)
    for field, counted in zip(fields, counts, strict=True):
        for kind, value, count in db.execute(*_question(field, given)):
            counted[kind, value] += count


def _question(field: Field, rows: str) -> tuple[str, tuple[Any, ...]]:
    if not field.path:
        sql = _COUNTED.format(value=f"documents.{field.name}", rows=_ROWS)
        return sql, (rows, LONGEST_VALUE)
    ways = said.paths(field)
    sql = " UNION ".join([_SAID.format(rows=_ROWS)] * len(ways))
    given = [each for way in ways for each in (rows, way, LONGEST_VALUE)]
    return _SAID_COUNTED.format(said=sql), tuple(given)
