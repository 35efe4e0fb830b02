"""A filter as SQL on rows of `documents`, or of `jobs`. What it compares with goes in as
parameters, always."""

from collections.abc import Sequence

from gristmill.schemas.filters.tree import (
    And,
    Comparison,
    Exists,
    Field,
    Filter,
    Kind,
    Not,
    Operator,
    Or,
    Value,
)
from gristmill.storage.library.roles import Within
from gristmill.storage.library.sqlite.database.within import Condition, all_of, any_of, within
from gristmill.storage.library.sqlite.filters import said
from gristmill.storage.library.sqlite.filters.comparing import compare, in_periods

_NULLABLE = {"title", "pages", "finished_at"}


def chosen(collections: Within, where: Filter | None) -> Condition | None:
    """That a document is in one of `collections` and passes a filter; None where that is no
    condition."""
    both = [within(collections), None if where is None else compiled(where)]
    given = [each for each in both if each is not None]
    return all_of(given) if given else None


def compiled(tree: Filter, table: str = "documents") -> Condition:
    """The condition, which is 1 or 0 of a row, and never NULL. Only documents have metadata."""
    match tree:
        case And(parts):
            return all_of([compiled(part, table) for part in parts])
        case Or(parts):
            return any_of([compiled(part, table) for part in parts])
        case Not(part):
            inner = compiled(part, table)
            return Condition(f"(NOT ({inner.sql}))", inner.values)
        case Exists(field):
            return said.exists(field) if field.path else _exists(f"{table}.{field.name}")
        case Comparison(field, operator, values):
            if field.path:
                return said.comparison(field, operator, values)
            return _column(f"{table}.{field.name}", field, operator, values)


def _exists(place: str) -> Condition:
    return Condition(f"({place} IS NOT NULL)", ())


def _column(place: str, field: Field, operator: Operator, values: Sequence[Value]) -> Condition:
    if field.kind is Kind.DATE:
        periods = [value.period for value in values if value.period is not None]
        found = in_periods(place, operator, periods)
    elif field.kind is Kind.NUMBER:
        found = compare(place, operator, [value.number for value in values])
    else:
        found = compare(place, operator, [value.text for value in values])
    if field.name not in _NULLABLE:
        return found
    return all_of([_exists(place), found])
