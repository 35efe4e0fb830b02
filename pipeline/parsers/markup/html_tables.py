"""The cells of an HTML table in their columns, though some span several rows or columns."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_WIDEST, _TALLEST = 100, 1_000
"""No cell spans columns beyond that, or more rows: else a small page makes a huge table."""


def laid_out(rows: Iterable[list[tuple["_Element", str]]]) -> list[list[str]]:
    """Rows of texts by column. What spans several places stands in the first; the others, which
    would only repeat it, are empty."""
    grid: list[list[str]] = []
    below: dict[int, int] = {}  # by column: how many rows a cell from above still covers
    for cells in rows:
        row: list[str] = []
        covering: dict[int, int] = {}
        for cell, text in cells:
            while below.get(len(row), 0):
                row.append("")
            start = len(row)
            end = max(start + 1, min(_WIDEST, start + _span(cell, "colspan", _WIDEST)))
            row += [text, *[""] * (end - start - 1)]
            if start < _WIDEST and (height := _span(cell, "rowspan", _TALLEST)) > 1:
                covering.update(dict.fromkeys(range(start, end), height))
        below = {column: left - 1 for column, left in (below | covering).items() if left > 1}
        grid.append(row)
    return grid


def _span(cell: "_Element", name: str, most: int) -> int:
    given = cell.get(name, "").strip()
    return min(max(1, int(given[:6])), most) if given.isdecimal() else 1
