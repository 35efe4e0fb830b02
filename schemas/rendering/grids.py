"""The cells of a table, from a block that has them or from its Markdown rows."""

import re
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from gristmill.schemas.outcomes.structure import Cell, StructureBlock

_RULE = re.compile(r"\|?(?:\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?")
_CELL_END = re.compile(r"(?<!\\)\|")
_WIDEST = 1000
"""Columns of one cell, as in HTML."""
_FREE_BLANKS, _BLANKS_FOR_A_CELL = 10_000, 4


class Grid(NamedTuple):
    """A table's cells, by row and then by column, and how many rows and columns they take."""

    cells: tuple[Cell, ...]
    rows: int
    columns: int


def grid_of(block: StructureBlock) -> Grid:
    """The cells of a TABLE. Rows may be of different lengths. No cell goes on below the last row
    in which one begins: files may say that it spans a million."""
    cells = tuple(sorted(block.cells, key=attrgetter("row", "column"))) or _cells(block.text)
    rows = max((cell.row for cell in cells), default=-1) + 1
    clipped = tuple(
        cell._replace(
            rows=max(1, min(cell.rows, rows - cell.row)),
            columns=max(1, min(cell.columns, _WIDEST)),
        )
        for cell in cells
    )
    columns = max((cell.column + cell.columns for cell in clipped), default=0)
    return Grid(clipped, rows, columns)


def is_mostly_blank(grid: Grid) -> bool:
    """Whether it would be mostly blanks if every row were as long as the longest."""
    blanks = grid.rows * grid.columns - len(grid.cells)
    return blanks > _FREE_BLANKS + _BLANKS_FOR_A_CELL * len(grid.cells)


def plain_rows(grid: Grid) -> list[list[str]] | None:
    """The texts of a table that is no more than rows under one header; None for any other, and
    for one that would be mostly blanks if every row were as long as the longest."""
    if any(cell.rows > 1 or cell.columns > 1 for cell in grid.cells):
        return None
    if is_mostly_blank(grid) or header_rows(grid) != 1:
        return None
    rows: list[list[str]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        row = rows[cell.row]
        row.extend("" for _ in range(cell.column - len(row)))
        row.append(cell.text)
    rows[0].extend("" for _ in range(grid.columns - len(rows[0])))
    return rows


def header_rows(grid: Grid) -> int:
    """How many rows at the top have header cells only."""
    count = 0
    for row, cells in groupby(grid.cells, attrgetter("row")):
        if row != count or not all(cell.header for cell in cells):
            break
        count += 1
    return count


def _cells(text: str) -> tuple[Cell, ...]:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    headed = len(lines) > 1 and "-" in lines[1] and _RULE.fullmatch(lines[1]) is not None
    if headed:
        del lines[1]
    return tuple(
        Cell(text, row, column, header=headed and row == 0)
        for row, line in enumerate(lines)
        for column, text in enumerate(_texts(line))
    )


def _texts(line: str) -> list[str]:
    texts = _CELL_END.split(line.removeprefix("|"))
    if len(texts) > 1 and not texts[-1]:
        texts.pop()
    return [text.strip().replace("\\|", "|") for text in texts]
