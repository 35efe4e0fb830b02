"""Tables of reStructuredText, simple ones and grids, as rows of cells."""

import re
from itertools import pairwise

_SIMPLE_RULE = re.compile(r"=+(?: +=+)*\Z")
_SPAN_RULE = re.compile(r"-+(?: +-+)*\Z")
_COLUMN = re.compile(r"=+")
_FREE_CELLS = 10_000
_CELLS_FOR_A_CHARACTER = 4
_GRID_RULE = re.compile(r"\+(?:[-=]+\+)+\Z")


def rows_of(lines: list[str]) -> list[list[str]] | None:
    """The cells of a table, whatever its kind. None where it cannot be taken apart: a grid whose
    cells span rows, lines that do not keep to the columns, or thousands of columns and little in
    them."""
    lines = [line.rstrip() for line in lines if line.strip()]
    indent = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    lines = [line[indent:] for line in lines]
    if not lines:
        return None
    grid = lines[0].startswith("+")
    cells = lines[0].count("+" if grid else "= ") * len(lines)
    if cells > _FREE_CELLS + _CELLS_FOR_A_CHARACTER * sum(map(len, lines)):
        return None
    return _grid(lines) if grid else _simple(lines)


def _simple(lines: list[str]) -> list[list[str]] | None:
    """A line whose first cell is empty goes on with the row above it."""
    starts = [match.start() for match in _COLUMN.finditer(lines[0])]
    ends = [*(start - 1 for start in starts[1:]), None]
    rows: list[list[list[str]]] = []
    for line in lines:
        if _SIMPLE_RULE.match(line) or (_SPAN_RULE.match(line) and " " in line):
            continue
        if any(line[start - 1 : start].strip() for start in starts[1:]):
            return None
        cells = [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]
        if rows and not cells[0]:
            rows[-1].append(cells)
        else:
            rows.append([cells])
    return [_joined(row) for row in rows] or None


def _grid(lines: list[str]) -> list[list[str]] | None:
    """Rows are between rules; a cell may span columns."""
    bounds = (at for at, char in enumerate(lines[0]) if char == "+")
    columns = {at: column for column, at in enumerate(bounds)}
    rows: list[list[list[str]]] = []
    begins = True
    for line in lines:
        if _GRID_RULE.match(line):
            begins = True
            continue
        cells = _grid_cells(line, columns)
        if cells is None:
            return None
        if begins:
            rows.append([cells])
        else:
            rows[-1].append(cells)
        begins = False
    return [_joined(row) for row in rows] or None


def _grid_cells(line: str, columns: dict[int, int]) -> list[str] | None:
    """`columns` are their numbers by where they begin; the last one is the table's end."""
    cuts = [at for at in columns if line[at : at + 1] == "|"]
    if not cuts or columns[cuts[0]] > 0 or columns[cuts[-1]] < len(columns) - 1 or "+--" in line:
        return None
    cells = [""] * (len(columns) - 1)
    for start, end in pairwise(cuts):
        cells[columns[start]] = line[start + 1 : end].strip()
    return cells


def _joined(lines: list[list[str]]) -> list[str]:
    return [" ".join(filter(None, column)) for column in zip(*lines, strict=True)]
