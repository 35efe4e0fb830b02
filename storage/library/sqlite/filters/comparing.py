"""Comparisons of one place with values, as SQL."""

from collections.abc import Sequence

from gristmill.schemas.filters.tree import Operator, Period
from gristmill.storage.library.sqlite.database.within import Condition, any_of

_ESCAPED = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_", "*": "%", "?": "_"})


def compare(place: str, operator: Operator, values: Sequence[object]) -> Condition:
    """Whether what stands at `place` compares so with any of the values."""
    if operator is Operator.LIKE:
        like = f"{place} LIKE ? ESCAPE '\\'"
        return any_of([Condition(like, (str(each).translate(_ESCAPED),)) for each in values])
    if operator is Operator.EQUAL:
        marks = ", ".join("?" * len(values))
        return Condition(f"({place} IN ({marks}))", tuple(values))
    return any_of([Condition(f"{place} {operator.value} ?", (each,)) for each in values])


def in_periods(
    place: str, operator: Operator, periods: Sequence[Period], micros: int = 1
) -> Condition:
    """Whether the moment at `place`, counted in units of so many microseconds since the epoch,
    lies so to any of the periods."""
    return any_of([_in_period(place, operator, each, micros) for each in periods])


def _in_period(place: str, operator: Operator, period: Period, micros: int) -> Condition:
    first, end = period.first // micros, -(-period.end // micros)
    match operator:
        case Operator.LESS:
            return Condition(f"{place} < ?", (first,))
        case Operator.AT_MOST:
            return Condition(f"{place} < ?", (end,))
        case Operator.MORE:
            return Condition(f"{place} >= ?", (end,))
        case Operator.AT_LEAST:
            return Condition(f"{place} >= ?", (first,))
        case Operator.EQUAL:
            return Condition(f"({place} >= ? AND {place} < ?)", (first, end))
        case Operator.LIKE:
            raise ValueError("a period of time is like no text")
