"""The cells of an HTML table in their rows and columns, though some span several."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gristmill.schemas.outcomes.structure import Cell

if TYPE_CHECKING:
    from lxml.etree import _Element

_WIDEST, _TALLEST = 100, 1_000
"""No cell spans columns beyond that, or more rows: else a small page makes a huge table."""


class Grid(NamedTuple):
    """Rows of texts by column: what spans several places stands in the first, and the others are
    empty. `cells` is empty where the rows say all: no spans, and headers only in the first."""

    rows: list[list[str]]
    cells: tuple[Cell, ...]


def laid_out(rows: Iterable[Sequence[tuple["_Element", str]]]) -> Grid:
    grid: list[list[str]] = []
    cells: list[Cell] = []
    below: dict[int, int] = {}  # by column: how many rows a cell from above still covers
    for number, texts in enumerate(rows):
        row: list[str] = []
        covering: dict[int, int] = {}
        for element, text in texts:
            while below.get(len(row), 0):
                row.append("")
            start = len(row)
            end = max(start + 1, min(_WIDEST, start + _span(element, "colspan", _WIDEST)))
            row += [text, *[""] * (end - start - 1)]
            height = _span(element, "rowspan", _TALLEST) if start < _WIDEST else 1
            if height > 1:
                covering.update(dict.fromkeys(range(start, end), height))
            cells.append(Cell(text, number, start, height, end - start, _is_header(element)))
        below = {column: left - 1 for column, left in (below | covering).items() if left > 1}
        grid.append(row)
    return Grid(grid, () if _is_plain(cells) else _within(cells, len(grid)))


def _is_plain(cells: Iterable[Cell]) -> bool:
    return all(
        cell.rows == 1 and cell.columns == 1 and cell.header <= (cell.row == 0) for cell in cells
    )


def _within(cells: Iterable[Cell], height: int) -> tuple[Cell, ...]:
    """No cell reaches below the last row."""
    return tuple(cell._replace(rows=min(cell.rows, height - cell.row)) for cell in cells)


def _is_header(cell: "_Element") -> bool:
    if cell.tag == "th":
        return True
    row = cell.getparent()
    part = row.getparent() if row is not None else None
    return part is not None and part.tag == "thead"


def _span(cell: "_Element", name: str, most: int) -> int:
    given = cell.get(name, "").strip()
    return min(max(1, int(given[:6])), most) if given.isdecimal() else 1
