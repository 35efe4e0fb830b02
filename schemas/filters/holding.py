"""Whether a filter holds of one thing, in memory: for things that no database has in columns."""

import re
from collections.abc import Callable, Iterator, Sequence
from fnmatch import translate
from functools import lru_cache
from operator import eq, ge, gt, le, lt
from typing import Any

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
    Period,
    Value,
)
from gristmill.schemas.filters.values import period_of

Said = Callable[[Field], Sequence[object]]
"""The values that a thing has for a field: texts, numbers, truths; moments as microseconds since
the epoch. None that is null."""
_COMPARE: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUAL: eq,
    Operator.LESS: lt,
    Operator.AT_MOST: le,
    Operator.MORE: gt,
    Operator.AT_LEAST: ge,
}


def holds(tree: Filter, said: Said) -> bool:
    """Whether what is `said` of a thing passes."""
    match tree:
        case And(parts):
            return all(holds(part, said) for part in parts)
        case Or(parts):
            return any(holds(part, said) for part in parts)
        case Not(part):
            return not holds(part, said)
        case Exists(field):
            return bool(said(field))
        case Comparison(field, operator, values):
            return any(
                _compares(each, field.kind, operator, value)
                for each in said(field)
                for value in values
            )


def fields_of(tree: Filter) -> Iterator[Field]:
    """Every field that is asked for."""
    match tree:
        case And(parts) | Or(parts):
            for part in parts:
                yield from fields_of(part)
        case Not(part):
            yield from fields_of(part)
        case Exists(field) | Comparison(field, _, _):
            yield field


def _compares(said: object, kind: Kind, operator: Operator, value: Value) -> bool:
    if operator is Operator.LIKE:
        return isinstance(said, str) and _pattern(value.text).match(said) is not None
    if kind is Kind.DATE:
        return _in_period(said, operator, value.period)
    if kind is Kind.NUMBER:
        return _COMPARE[operator](said, value.number)
    if kind is Kind.TEXT:
        return _COMPARE[operator](said, value.text)
    return _compares_somehow(said, operator, value)


def _compares_somehow(said: object, operator: Operator, value: Value) -> bool:
    """As whatever both may be taken for."""
    if isinstance(said, bool):
        return operator is Operator.EQUAL and said is value.truth
    if isinstance(said, int | float):
        return value.number is not None and _COMPARE[operator](said, value.number)
    if not isinstance(said, str):
        return False
    if value.period is not None and (moment := period_of(said)) is not None:
        return _in_period(moment.first, operator, value.period)
    # What is ordered as a number or a date is not ordered by its letters as well.
    is_text = value.number is None and value.period is None
    return (operator is Operator.EQUAL or is_text) and _COMPARE[operator](said, value.text)


def _in_period(said: object, operator: Operator, period: Period | None) -> bool:
    if period is None or not isinstance(said, int):
        return False
    match operator:
        case Operator.EQUAL:
            return period.first <= said < period.end
        case Operator.LESS:
            return said < period.first
        case Operator.AT_MOST:
            return said < period.end
        case Operator.MORE:
            return said >= period.end
        case _:
            return said >= period.first


@lru_cache(maxsize=256)
def _pattern(like: str) -> re.Pattern[str]:
    """`*` is any text and `?` one character. As the standard library writes it, no text takes
    longer than its length by the number of stars."""
    return re.compile(translate(like.replace("[", "[[]")), re.IGNORECASE)
