"""Whether something passes a filter, of which its facts are in memory."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from gristmill.schemas.filters.tree import And, Comparison, Exists, Filter, Not, Operator, Or

Facts = Mapping[str, str | None]
"""The value of each field that is known; None where it has none."""


def passes(condition: Filter, facts: Facts) -> bool | None:
    """Whether facts pass a filter; None where that depends on fields that are not known yet.
    Fields are texts here, compared exactly but after `~`."""
    match condition:
        case Not(of):
            inner = passes(of, facts)
            return None if inner is None else not inner
        case And(parts):
            return _all(passes(part, facts) for part in parts)
        case Or(parts):
            none = _all(_not(passes(part, facts)) for part in parts)
            return _not(none)
        case Exists(field):
            return facts[field.name] is not None if field.name in facts else None
        case Comparison(field, operator, values):
            if field.name not in facts:
                return None
            fact = facts[field.name]
            if fact is None:
                return False
            return any(_compares(fact, operator, value.text) for value in values)


def _not(found: bool | None) -> bool | None:
    return None if found is None else not found


def _all(found: Iterable[bool | None]) -> bool | None:
    unknown = False
    for each in found:
        if each is False:
            return False
        unknown = unknown or each is None
    return None if unknown else True


def _compares(fact: str, operator: Operator, text: str) -> bool:
    match operator:
        case Operator.EQUAL:
            return fact == text
        case Operator.LESS:
            return fact < text
        case Operator.AT_MOST:
            return fact <= text
        case Operator.MORE:
            return fact > text
        case Operator.AT_LEAST:
            return fact >= text
        case Operator.LIKE:
            return _is_like(text, fact)


def _is_like(pattern: str, text: str) -> bool:
    """Without going back further than the last star: linear in each, times the other at worst."""
    at = since = 0
    star = -1
    wanted = _lower(pattern)
    given = _lower(text)
    place = 0
    while at < len(given):
        if place < len(wanted) and wanted[place] == "*":
            star, since = place, at
            place += 1
        elif place < len(wanted) and wanted[place] in ("?", given[at]):
            place += 1
            at += 1
        elif star >= 0:
            since += 1
            at, place = since, star + 1
        else:
            return False
    return all(each == "*" for each in wanted[place:])


@lru_cache(maxsize=1024)
def _lower(text: str) -> str:
    """ASCII letters in either case are the same, others are not: as the library has it."""
    return re.sub("[A-Z]+", lambda found: found[0].lower(), text)
