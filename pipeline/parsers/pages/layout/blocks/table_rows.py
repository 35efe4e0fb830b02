"""Rows of a table as they are meant: liteparse makes a row of each line of a cell where no rule
says what belongs together, and gives a cell over several columns to each of them."""

import statistics
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from gristmill.pipeline.parsers.pages.layout.placed.placing import union
from gristmill.schemas.outcomes.structure import Box, Cell

_CLEAR_GAP = 2.0
"""In points: between the rows of a table without rules."""
_NO_GAP = 0.35
_ONE_LINE = 1.2
"""Times the height of the first row: as high is one more line of the header."""
_MOST_HEADER_LINES = 4


class RowCell(NamedTuple):
    """A cell as it was found."""

    text: str
    box: Box | None


Row = list[RowCell]


def merged_rows(rows: Sequence[Row]) -> list[Row]:
    """The same table; a row that goes on in the next one is one with it."""
    gaps = [_gap(one, other) for one, other in pairwise(rows)]
    known = [gap for gap in gaps if gap is not None]
    usual = statistics.median(known) if known else 0.0
    found: list[Row] = []
    in_header = True
    for index, row in enumerate(rows):
        if not found or _is_spanned(found[-1]) or not _fits(found[-1], row):
            in_header = in_header and len(found) < 2
            found.append(list(row))
            continue
        gap = gaps[index - 1]
        close = gap is not None and usual >= _CLEAR_GAP and gap <= _NO_GAP * usual
        header = in_header and index <= _MOST_HEADER_LINES and _is_header_line(rows[0], row)
        if (close and not row[0].text) or header or _goes_on(found[-1], row):
            found[-1] = _joined(found[-1], row)
        else:
            in_header = False
            found.append(list(row))
    return found


def spanned(rows: Sequence[Row]) -> tuple[Cell, ...]:
    """The cells of a table whose first row has some over several columns; none where it has not."""
    if not rows or not _is_spanned(rows[0]):
        return ()
    cells = [*_first_row(rows[0], rows[1] if len(rows) > 1 else [])]
    covered = {cell.column for cell in cells if cell.rows > 1}
    for number, row in enumerate(rows[1:], 1):
        for column, cell in enumerate(row):
            if number > 1 or column not in covered:
                cells.append(Cell(cell.text, number, column, header=number == 1))
    return tuple(cells)


def _first_row(row: Row, below: Row) -> list[Cell]:
    cells: list[Cell] = []
    column = 0
    while column < len(row):
        end = column + 1
        while end < len(row) and _same_cell(row[column], row[end]):
            end += 1
        text = max((cell.text for cell in row[column:end]), key=len)
        alone = end == column + 1 and column < len(below) and not below[column].text and text
        cells.append(Cell(text, 0, column, 2 if alone else 1, end - column, header=True))
        column = end
    return cells


def _is_spanned(row: Row) -> bool:
    return any(_same_cell(one, other) for one, other in pairwise(row))


def _same_cell(one: RowCell, other: RowCell) -> bool:
    if one.box is None or one.box != other.box or not one.text or not other.text:
        return False
    return one.text.startswith(other.text) or other.text.startswith(one.text)


def _fits(one: Row, other: Row) -> bool:
    """Whether the second may go on with the first: figures do not go on."""
    if len(one) != len(other) or len(one) < 2 or not any(cell.text for cell in other):
        return False
    return not any(
        _is_figure(above.text) and below.text for above, below in zip(one, other, strict=True)
    )


def _is_header_line(first: Row, row: Row) -> bool:
    """Whether a row is one more line of the header: as high, and without a name of its own."""
    if row[0].text or not first[0].text or any(_is_figure(cell.text) for cell in row):
        return False
    height, line = _height(row), _height(first)
    return 0 < height <= _ONE_LINE * line


def _goes_on(one: Row, other: Row) -> bool:
    """Whether all that is said in a row goes on with what is said above it."""
    said = [(above.text, cell.text) for above, cell in zip(one, other, strict=True) if cell.text]
    return all(above and (cell[0].islower() or cell[0] == "(") for above, cell in said)


def _is_figure(text: str) -> bool:
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def _joined(one: Row, other: Row) -> Row:
    joined: Row = []
    for above, below in zip(one, other, strict=True):
        boxes = [box for box in (above.box, below.box) if box is not None]
        text = f"{above.text} {below.text}".strip()
        joined.append(RowCell(text, union(boxes) if boxes else None))
    return joined


def _height(row: Row) -> float:
    boxes = [cell.box for cell in row if cell.box is not None]
    if not boxes:
        return 0.0
    around = union(boxes)
    return around.bottom - around.top


def _gap(one: Row, other: Row) -> float | None:
    above = [cell.box.bottom for cell in one if cell.box is not None and cell.text]
    below = [cell.box.top for cell in other if cell.box is not None and cell.text]
    return min(below) - max(above) if above and below else None
