"""A table as HTML."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from operator import attrgetter

from gristmill.schemas.outcomes.structure import Cell
from gristmill.schemas.rendering.grids import Grid, header_rows

_MOST_OPEN = 200
"""How many cells from above may reach into a row and still be looked at, to find its gaps."""


def html_table(grid: Grid, *, inside_markdown: bool = False) -> str:
    """A `table` element without a blank line in it, which would end it inside of Markdown."""
    return "\n".join(("<table>", *_rows(grid, grouped=not inside_markdown), "</table>"))


def _rows(grid: Grid, *, grouped: bool) -> Iterator[str]:
    headers = header_rows(grid) if grouped else 0
    by_row = {row: list(cells) for row, cells in groupby(grid.cells, attrgetter("row"))}
    open_cells: list[Cell] = []
    for row in range(grid.rows):
        if grouped and row == headers:
            yield "</thead>\n<tbody>" if headers else "<tbody>"
        elif grouped and row == 0:
            yield "<thead>"
        open_cells = [cell for cell in open_cells if cell.row + cell.rows > row][:_MOST_OPEN]
        cells = by_row.get(row, [])
        yield f"<tr>{''.join(_row(cells, open_cells))}</tr>"
        open_cells.extend(cell for cell in cells if cell.rows > 1)
    if grouped and grid.rows:
        yield "</thead>" if headers == grid.rows else "</tbody>"


def _row(cells: Sequence[Cell], above: Sequence[Cell]) -> Iterator[str]:
    """The cells of one row; an empty one for each gap that no cell from above reaches into."""
    position = 0
    begun = set(map(id, cells))
    for cell in sorted((*cells, *above), key=attrgetter("column")):
        if cell.column > position:
            yield _element(Cell("", 0, position, columns=cell.column - position))
        if id(cell) in begun:
            yield _element(cell)
        position = max(position, cell.column + cell.columns)


def _element(cell: Cell) -> str:
    tag = "th" if cell.header else "td"
    spans = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    spans += f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    lines = (line.strip() for line in cell.text.splitlines())
    return f"<{tag}{spans}>{'<br>'.join(escape(line) for line in lines if line)}</{tag}>"
