"""The order in which a slide's shapes are read: as they are seen, not as they were made."""

from collections.abc import Sequence
from typing import NamedTuple

_MOST = 500  # shapes that are put in order by cutting; more are by their upper left corners
_DEEPEST = 40
_SLACK = 0.1  # of its size, by which a box may reach into the next row or column


class Place(NamedTuple):
    """A box on a slide, in any unit."""

    left: float
    top: float
    width: float
    height: float


def reading_order(places: Sequence[Place]) -> list[int]:
    """The places' indices. A slide is cut into rows or into columns, each of them again. Where
    both are possible, rows come first, unless the shapes were made column by column."""
    if len(places) > _MOST:
        return _by_corner(range(len(places)), places)
    return _ordered(list(range(len(places))), places, 0)


def _ordered(items: list[int], places: Sequence[Place], depth: int) -> list[int]:
    if len(items) < 2 or depth > _DEEPEST:
        return items
    rows = _cut(items, [(places[n].top, places[n].height) for n in items])
    columns = _cut(items, [(places[n].left, places[n].width) for n in items])
    groups = rows
    if len(rows) < 2 or (len(columns) > 1 and _as_made(columns, places)):
        groups = columns
    if len(groups) < 2:
        return _by_corner(items, places)
    return [n for group in groups for n in _ordered(group, places, depth + 1)]


def _cut(items: list[int], spans: list[tuple[float, float]]) -> list[list[int]]:
    """Groups that do not overlap along one axis, given (start, length) of each."""
    shrunk = [
        (start + _SLACK * length, start + (1 - _SLACK) * length, item)
        for item, (start, length) in zip(items, spans, strict=True)
    ]
    groups: list[list[int]] = []
    reached = float("-inf")
    for start, end, item in sorted(shrunk):
        if (start >= reached and (start > reached or not groups)) or (
            start >= reached and end > start
        ):
            groups.append([])
        groups[-1].append(item)
        reached = max(reached, end)
    return [sorted(group) for group in groups]


def _as_made(columns: list[list[int]], places: Sequence[Place]) -> bool:
    """Whether the shapes were made column by column, from top to bottom in each."""
    made = [n for column in columns for n in sorted(column, key=lambda n: places[n].top)]
    return made == sorted(made)


def _by_corner(items: Sequence[int], places: Sequence[Place]) -> list[int]:
    return sorted(items, key=lambda n: (places[n].top, places[n].left))
