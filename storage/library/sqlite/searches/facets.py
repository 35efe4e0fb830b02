"""Counts of values over the documents that a list or a search is of."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from gristmill.schemas.filters.facets import (
    LONGEST_VALUE,
    MOST_DOCUMENTS,
    MOST_VALUES,
    Facet,
    FacetValue,
)
from gristmill.schemas.filters.tree import Field
from gristmill.storage.library.sqlite.database.within import Condition
from gristmill.storage.library.sqlite.database.word_index import INDEX, OLD_INDEX, still_left
from gristmill.storage.library.sqlite.filters import said
from gristmill.storage.library.sqlite.searches.query import parse

_LISTED = "SELECT id FROM documents{where} ORDER BY ingested_at DESC, id DESC LIMIT ?"
_FOUND = (
    "SELECT DISTINCT documents.id FROM {index} CROSS JOIN chunks ON chunks.id = {index}.rowid"
    " CROSS JOIN documents ON documents.id = chunks.document"
    " WHERE {index} MATCH ?{also}{where} LIMIT ?"
)
_ROWS = "json_each(?) AS chosen CROSS JOIN documents ON documents.id = chosen.value"
_COUNTED = (
    "SELECT 'text', {value}, count(*) FROM {rows} WHERE {value} IS NOT NULL"
    " AND length({value}) <= ? GROUP BY {value} ORDER BY 3 DESC, 2 LIMIT ?"
)
# UNION, so that a document counts once that says a thing twice.
_SAID = (
    "SELECT documents.id AS document, said.type AS type, said.atom AS value FROM {rows}"
    " CROSS JOIN json_each(documents.metadata, ?) AS said WHERE said.atom IS NOT NULL"
    " AND length(said.atom) <= ?"
)
_SAID_COUNTED = (
    "SELECT type, value, count(*) FROM ({said}) GROUP BY type, value ORDER BY 3 DESC, 2, 1 LIMIT ?"
)
_TRUTHS = {"true": True, "false": False}


def facets(
    db: sqlite3.Connection, fields: Sequence[Field], where: Condition | None, query: str | None
) -> dict[str, Facet]:
    """The facets of documents that meet a condition: of all, or of those with all words of a query
    (with some, where none has all). Raises InvalidQuery."""
    chosen = _listed(db, where) if query is None else _found(db, query, where)
    exact = len(chosen) <= MOST_DOCUMENTS
    rows = msgspec.json.encode(chosen[:MOST_DOCUMENTS]).decode()
    return {field.name: _facet(list(_counted(db, field, rows)), exact) for field in fields}


def _facet(values: list[FacetValue], exact: bool) -> Facet:
    return Facet(values[:MOST_VALUES], len(values) > MOST_VALUES, exact)


def _listed(db: sqlite3.Connection, where: Condition | None) -> list[int]:
    sql, values = ("", ()) if where is None else (f" WHERE {where.sql}", where.values)
    found = db.execute(_LISTED.format(where=sql), (*values, MOST_DOCUMENTS + 1))
    return [row for (row,) in found]


def _found(db: sqlite3.Connection, query: str, where: Condition | None) -> list[int]:
    wanted = parse(query)
    found = _matching(db, wanted.every, where)
    if not found and wanted.some is not None:
        found = _matching(db, wanted.some, where)
    return found


def _matching(db: sqlite3.Connection, expression: str, where: Condition | None) -> list[int]:
    sql, values = ("", ()) if where is None else (f" AND {where.sql}", where.values)
    given = (expression, *values, MOST_DOCUMENTS + 1)
    found = {row for (row,) in db.execute(_FOUND.format(index=INDEX, also="", where=sql), given)}
    if left := still_left(db):
        also = f" AND {OLD_INDEX}.rowid >= {left.first} AND {OLD_INDEX}.rowid < {left.end}"
        old = db.execute(_FOUND.format(index=OLD_INDEX, also=also, where=sql), given)
        found.update(row for (row,) in old)
    return sorted(found)


def _counted(db: sqlite3.Connection, field: Field, rows: str) -> Iterator[FacetValue]:
    for kind, value, count in db.execute(*_question(field, rows)):
        yield FacetValue(_TRUTHS.get(kind, value), count)


def _question(field: Field, rows: str) -> tuple[str, tuple[Any, ...]]:
    if not field.path:
        sql = _COUNTED.format(value=f"documents.{field.name}", rows=_ROWS)
        return sql, (rows, LONGEST_VALUE, MOST_VALUES + 1)
    ways = said.paths(field)
    sql = " UNION ".join([_SAID.format(rows=_ROWS)] * len(ways))
    given = [each for way in ways for each in (rows, way, LONGEST_VALUE)]
    return _SAID_COUNTED.format(said=sql), (*given, MOST_VALUES + 1)
