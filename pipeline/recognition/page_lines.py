"""Lines that were found on a page, put in the order in which people read them."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

_FEWEST_IN_COLUMN = 4
_DEEPEST = 6
_MOST_LINES = 5_000
"""More are left in rows: the search for columns is no longer quick."""


class Line(NamedTuple):
    """A piece of a line of text: its words and its place, in pixels from the upper left corner.
    `score` is how sure its reader is, up to 1."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    score: float = 1.0

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def width(self) -> float:
        return self.right - self.left


def as_text(lines: Sequence[Line]) -> str:
    """Rows as lines, paragraphs parted by blank lines, columns one after the other where they are
    evident: beside each other, each of several lines that fill it."""
    groups = _columns(list(lines), 0) if len(lines) <= _MOST_LINES else [list(lines)]
    return "\n\n".join(filter(None, map(_paragraphs, groups)))


def _columns(lines: list[Line], depth: int) -> list[list[Line]]:
    """Groups of lines, in reading order."""
    gutter = _gutter(lines) if depth < _DEEPEST else None
    if gutter is None:
        return [lines] if lines else []
    groups: list[list[Line]] = []
    for band, is_across in _bands(lines, gutter):
        if is_across:
            groups.append(band)
            continue
        left = [line for line in band if (line.left + line.right) / 2 <= gutter]
        right = [line for line in band if (line.left + line.right) / 2 > gutter]
        groups += _columns(left, depth + 1) + _columns(right, depth + 1)
    return groups


def _gutter(lines: Sequence[Line]) -> float | None:
    """The middle of the widest blank strip with columns on both sides; None where none is."""
    if len(lines) < 2 * _FEWEST_IN_COLUMN:
        return None
    start, end = min(line.left for line in lines), max(line.right for line in lines)
    height = median(line.height for line in lines)
    narrow = sorted(
        (line for line in lines if line.width < 0.6 * (end - start)), key=lambda line: line.left
    )
    best, widest, reach = None, 0.6 * height, start
    for line in narrow:
        if line.left - reach > widest:
            middle = (line.left + reach) / 2
            if _are_columns(narrow, middle):
                best, widest = middle, line.left - reach
        reach = max(reach, line.right)
    return best


def _are_columns(lines: Sequence[Line], middle: float) -> bool:
    """Whether both sides have lines that fill them, at the same height."""
    sides = ([x for x in lines if x.right <= middle], [x for x in lines if x.left >= middle])
    if min(map(len, sides)) < _FEWEST_IN_COLUMN:
        return False
    for side in sides:
        width = max(x.right for x in side) - min(x.left for x in side)
        filled = sum(x.width for x in side) / (len(_rows(side)) * width)
        if filled < 0.6 or width < 5 * median(x.height for x in side):
            return False
    top = max(min(x.top for x in side) for side in sides)
    bottom = min(max(x.bottom for x in side) for side in sides)
    return bottom - top > 3 * median(x.height for x in lines)


def _bands(lines: Sequence[Line], gutter: float) -> list[tuple[list[Line], bool]]:
    """From top to bottom: lines across the gutter, and what is between them."""
    bands: list[tuple[list[Line], bool]] = []
    for line in sorted(lines, key=lambda line: (line.top + line.bottom) / 2):
        is_across = line.left < gutter < line.right
        if not bands or bands[-1][1] != is_across:
            bands.append(([], is_across))
        bands[-1][0].append(line)
    return bands


def _paragraphs(lines: Sequence[Line]) -> str:
    rows = _rows(lines)
    if not rows:
        return ""
    parts = [_row_text(rows[0])]
    steps = [_gap(one, other) for one, other in pairwise(rows)]
    usual = median(steps) if steps else 0.0
    for gap, row in zip(steps, rows[1:], strict=True):
        height = median(line.height for line in row)
        parts.append("\n\n" if gap > usual + 0.5 * height else "\n")
        parts.append(_row_text(row))
    return "".join(parts)


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Pieces at the same height."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.top + line.bottom) / 2):
        middle = (line.top + line.bottom) / 2
        if rows and any(each.top < middle < each.bottom for each in rows[-1][-3:]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _row_text(row: Sequence[Line]) -> str:
    return " ".join(line.text for line in sorted(row, key=lambda line: line.left))


def _gap(upper: Sequence[Line], lower: Sequence[Line]) -> float:
    return min(line.top for line in lower) - max(line.bottom for line in upper)
