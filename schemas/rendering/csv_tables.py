"""Tables as comma-separated values (RFC 4180)."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from gristmill.schemas.rendering.grids import Grid, is_mostly_blank


def csv_rows(grid: Grid) -> Iterator[str]:
    """A table, a row each, with its line end. A cell over several rows or columns is the first of
    them; the others are empty. Rows are of one length, unless that would be mostly blanks."""
    width = 0 if is_mostly_blank(grid) else grid.columns
    by_row = {row: list(cells) for row, cells in groupby(grid.cells, attrgetter("row"))}
    for number in range(grid.rows):
        row = [""] * width
        for cell in by_row.get(number, ()):
            row.extend("" for _ in range(cell.column + 1 - len(row)))
            row[cell.column] = cell.text
        yield _written(row)


def csv_tables(grids: Iterable[Grid]) -> Iterator[str]:
    """Several tables, row by row, an empty line between two."""
    for number, grid in enumerate(grids):
        if number:
            yield "\r\n"
        yield from csv_rows(grid)


def _written(row: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(row)
    return line.getvalue()
