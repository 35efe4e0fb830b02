"""Tables as Markdown rows, one line for each."""

from collections.abc import Iterable, Sequence

from gristmill.pipeline.shapes import Block, BlockKind
from gristmill.schemas.outcomes.structure import Cell

_MAX_FILLED_COLUMNS = 200
_FREE_CELLS = 10_000
_MOST_FILLED = 4


def table_block(rows: Sequence[Sequence[str]], page: int | None = None) -> Block | None:
    """A table without its empty rows and columns, the first row as its header.

    None where there is no text at all; text that is alone in its table is no table.
    """
    kept = [row for row in rows if any(map(str.strip, row))]
    if not kept:
        return None
    used = _used_columns(kept)
    if len(kept) == 1 and len(used) == 1:
        return Block(BlockKind.TEXT, kept[0][used[0]], 0, page)
    if len(used) < max(map(len, kept)):
        kept = [[row[column] for column in used if column < len(row)] for row in kept]
    return Block(BlockKind.TABLE, "\n".join(_lines(kept, len(used))), 0, page)


def spanned_table(cells: Sequence[Cell], page: int | None = None) -> Block | None:
    """A table whose cells know their places; the block keeps them where its text cannot tell all:
    where some span several places, or the first row is not its only header.

    In the text, what spans several places stands in the first. None where there is no text.
    """
    if not cells:
        return None
    rows: list[list[str]] = [[] for _ in range(max(cell.row for cell in cells) + 1)]
    for cell in cells:
        row = rows[cell.row]
        row += [""] * (cell.column + 1 - len(row))
        row[cell.column] = cell.text
    block = table_block(rows, page)
    if block is None or block.kind is not BlockKind.TABLE or not _needs_cells(cells):
        return block
    return block._replace(cells=tuple(cells))


def _needs_cells(cells: Sequence[Cell]) -> bool:
    if any(cell.rows > 1 or cell.columns > 1 for cell in cells):
        return True
    headers = [cell for cell in cells if cell.header]
    first = sum(cell.row == 0 for cell in cells)
    return bool(headers) and [cell.row for cell in headers] != [0] * first


def table_row(cells: Sequence[str]) -> str:
    """One line; bars and line ends inside cells do not end a cell or the line."""
    if any("|" in cell or "\n" in cell or "\t" in cell or "\r" in cell for cell in cells):
        cells = [" ".join(cell.replace("|", "\\|").split()) for cell in cells]
    return "| " + " | ".join(map(str.strip, cells)) + " |"


def filled_width(rows: Sequence[Sequence[str]], width: int) -> int:
    """How long short rows are made, or 0: one long row must not make a million others long."""
    cells = sum(map(len, rows))
    cheap = width * len(rows) <= _FREE_CELLS + _MOST_FILLED * cells
    return width if width <= _MAX_FILLED_COLUMNS and cheap else 0


def _lines(rows: Sequence[Sequence[str]], width: int) -> Iterable[str]:
    filled = filled_width(rows, width)
    for number, row in enumerate(rows):
        if len(row) < filled:
            row = [*row, *[""] * (filled - len(row))]
        yield table_row(row)
        if number == 0:
            yield "|" + " --- |" * len(row)


def _used_columns(rows: Sequence[Sequence[str]]) -> list[int]:
    used = [False] * max(map(len, rows))
    unknown = len(used)
    for row in rows:
        if not unknown:
            break
        for column, cell in enumerate(row):
            if not used[column] and cell.strip():
                used[column] = True
                unknown -= 1
    return [column for column, found in enumerate(used) if found]
