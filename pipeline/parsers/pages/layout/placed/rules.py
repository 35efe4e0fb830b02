"""Cells that rules enclose: level and upright lines of a page, from which grids are made."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from gristmill.schemas.outcomes.structure import Box

_SNAP = 3.0
"""In points: rules that are as near are one, and ends as near to a rule touch it."""
_REACH = _SNAP + 0.1  # for a first look, so that no rounding leaves one out
_SLIVER = 7.5
"""In points: a strip that is no wider is the padding of a cell."""
_MOST_RULES, _MOST_CROSSINGS, _MOST_STEPS = 1500, 4000, 200_000
"""Of one page; where there are more (a map, a chart) no grid is looked for."""


_place, _start = attrgetter("place"), attrgetter("start")
_FEWEST_LEVEL = 2
_FEWEST_ENDS = 3
"""Rules that begin or end at one place, of a table that is open there."""


class Rule(NamedTuple):
    """A straight line at `place`: from `start` to `end` in x if it is level, else in y."""

    level: bool
    place: float
    start: float
    end: float


class GridCell(NamedTuple):
    """A cell of a grid: its box, and the rows and columns that it takes, the last ones included."""

    box: Box
    row: int
    column: int
    last_row: int
    last_column: int


Point = tuple[int, int]
"""Numbers of an upright and of a level place."""


def grids_of(rules: Sequence[Rule]) -> list[list[GridCell]]:
    """The grids that are drawn, each with its cells from above to below and left to right."""
    if not 4 <= len(rules) <= _MOST_RULES:
        return []
    level = _merged([rule for rule in rules if rule.level])
    upright = _merged([rule for rule in rules if not rule.level])
    if len(level) < _FEWEST_LEVEL or not upright or len(level) * len(upright) > _MOST_STEPS:
        return []
    open_level, open_upright = _sides(upright, level), _sides(level, upright)
    level, upright = _merged(level + open_level), _merged(upright + open_upright)
    crossings = _crossings(level, upright)
    if not 4 <= len(crossings) <= _MOST_CROSSINGS:
        return []
    return [_grid(cells) for cells in _groups(_boxes(crossings))]


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Those at one place as one, where one goes on or lies upon the other."""
    lines: list[list[Rule]] = []
    for rule in sorted(rules, key=_place):
        if not lines or rule.place - lines[-1][-1].place > _SNAP:
            lines.append([])
        lines[-1].append(rule)
    found: list[Rule] = []
    for line in lines:
        place = sum(rule.place for rule in line) / len(line)
        start, end = 0.0, -1.0
        for rule in sorted(line, key=_start) if len(line) > 1 else line:
            if end < start or rule.start > end + _SNAP:
                if end > start:
                    found.append(Rule(rule.level, place, start, end))
                start, end = rule.start, rule.end
            end = max(end, rule.end)
        if end > start:
            found.append(Rule(line[0].level, place, start, end))
    return found


def _sides(rules: Sequence[Rule], across: Sequence[Rule]) -> list[Rule]:
    """What a table without a frame leaves out: a rule where several others begin, or end, and
    touch none of those that go `across`."""
    found: list[Rule] = []
    across = sorted(across, key=_place)
    places = [rule.place for rule in across]
    for at_start in (True, False):
        ends = [(rule.start if at_start else rule.end, rule) for rule in rules]
        ends = [(end, rule) for end, rule in ends if not _touches(end, rule.place, across, places)]
        group: list[tuple[float, Rule]] = []
        for end in (*sorted(ends, key=lambda each: each[0]), None):
            if end is not None and (not group or end[0] - group[-1][0] <= _SNAP):
                group.append(end)
                continue
            if len(group) >= _FEWEST_ENDS:
                ends_at = [rule.place for _, rule in group]
                found.append(Rule(not group[0][1].level, group[0][0], min(ends_at), max(ends_at)))
            group = [end] if end is not None else []
    return found


def _touches(end: float, place: float, across: Sequence[Rule], places: Sequence[float]) -> bool:
    """Whether one of the rules `across`, which are in the order of their `places`, is there."""
    for index in range(bisect_left(places, end - _REACH), len(places)):
        rule = across[index]
        if rule.place > end + _REACH:
            break
        if abs(rule.place - end) <= _SNAP and rule.start - _SNAP <= place <= rule.end + _SNAP:
            return True
    return False


def _crossings(level: Sequence[Rule], upright: Sequence[Rule]) -> dict[tuple[float, float], Point]:
    """Where rules meet (x, y), with the numbers of the upright and the level one."""
    found = {}
    for number, across in enumerate(level):
        for other, down in enumerate(upright):
            inside = across.start - _SNAP <= down.place <= across.end + _SNAP
            if inside and down.start - _SNAP <= across.place <= down.end + _SNAP:
                found[down.place, across.place] = (other, number)
    return found


def _boxes(crossings: dict[tuple[float, float], Point]) -> list[Box]:
    """The smallest box below and right of each crossing whose four sides are rules."""
    below: dict[int, list[float]] = {}
    right: dict[int, list[float]] = {}
    for (x, y), (upright, level) in sorted(crossings.items()):
        below.setdefault(upright, []).append(y)
        right.setdefault(level, []).append(x)
    steps = 0
    found: list[Box] = []
    for (x, y), (upright, level) in crossings.items():
        down, along = below[upright], right[level]
        box = None
        for bottom in down[bisect_left(down, y) + 1 :]:
            for end in along[bisect_left(along, x) + 1 :]:
                steps += 1
                corner, foot = crossings.get((end, bottom)), crossings[x, bottom]
                head = crossings[end, y]
                if corner is not None and corner[0] == head[0] and corner[1] == foot[1]:
                    box = Box(x, y, end, bottom)
                    break
            if box is not None or steps > _MOST_STEPS:
                break
        if box is not None:
            found.append(box)
    return found


def _groups(boxes: Sequence[Box]) -> list[list[Box]]:
    """Boxes that touch each other at a corner, directly or over others."""
    group = list(range(len(boxes)))

    def root(index: int) -> int:
        while group[index] != index:
            group[index] = group[group[index]]
            index = group[index]
        return index

    corners: dict[tuple[float, float], int] = {}
    for index, box in enumerate(boxes):
        for corner in (
            (box.left, box.top),
            (box.right, box.top),
            (box.left, box.bottom),
            (box.right, box.bottom),
        ):
            group[root(index)] = root(corners.setdefault(corner, index))
    found: dict[int, list[Box]] = {}
    for index, box in enumerate(boxes):
        found.setdefault(root(index), []).append(box)
    return list(found.values())


def _grid(boxes: Sequence[Box]) -> list[GridCell]:
    column = _numbered({box.left for box in boxes} | {box.right for box in boxes})
    row = _numbered({box.top for box in boxes} | {box.bottom for box in boxes})
    cells = (
        GridCell(box, row[box.top], column[box.left], row[box.bottom] - 1, column[box.right] - 1)
        for box in boxes
    )
    found = (cell for cell in cells if cell.row <= cell.last_row)
    found = (cell for cell in found if cell.column <= cell.last_column)
    return sorted(found, key=lambda cell: (cell.row, cell.column))


def _numbered(places: Iterable[float]) -> dict[float, int]:
    """Places in their order; between those with one number no text has room."""
    found: dict[float, int] = {}
    number, before = -1, 0.0
    for place in sorted(places):
        number += number < 0 or place - before > _SLIVER
        found[place] = number
        before = place
    return found
