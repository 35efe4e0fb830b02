"""Tables whose every cell is drawn: their rules say what belongs together, better than any gap."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft, Placed
from gristmill.pipeline.parsers.pages.layout.blocks.lines import TextLine, joined, lines_of
from gristmill.pipeline.parsers.pages.layout.placed.placing import union
from gristmill.pipeline.parsers.pages.layout.placed.reading import Piece
from gristmill.pipeline.parsers.pages.layout.placed.rules import GridCell, Rule, grids_of
from gristmill.pipeline.parsers.tables import spanned_table
from gristmill.schemas.outcomes.structure import BlockKind, Cell

_OVER = 4.0
"""In points: text that reaches as far over a rule on both sides is not in a cell."""
_LEAST = 2
_FEWEST_TEXTS = 4
_MOST_EMPTY = 0.75
_MOST_OVER = 0.02
_UNRULED = 3
"""Lines side by side in two cells of a row: so many are rows that no rule parts."""
_WIDE, _SOME = 2.0, 0.15
"""Ems of nothing inside of a line: where there are in some cells, columns have no rule."""
_MUCH_TEXT = 700
"""Characters of a cell: frames around whole columns of text are no table."""

_FEWEST_PARTS = 3
"""Columns that text keeps to without a rule."""

Filled = tuple[GridCell, list[Piece]]


def with_ruled_tables(placed: Sequence[Placed], rules: Sequence[Rule]) -> list[Placed]:
    """The blocks of a page, with a table for each grid of rules that holds text. What liteparse
    makes of the same text is kept where it has as many rows and columns."""
    found = list(placed)
    for grid in grids_of(rules):
        pieces = [piece for _, some in found for piece in some]
        if (filled := _filled(grid, pieces)) is not None:
            table = _table(filled)
            if table is not None:
                found = _replaced(found, table, {id(p) for _, some in filled for p in some})
    return found


def _filled(grid: Sequence[GridCell], pieces: Sequence[Piece]) -> list[Filled] | None:
    """The cells with their text; None where the grid is none of a table."""
    rows, columns = {cell.row for cell in grid}, {cell.column for cell in grid}
    if min(len(rows), len(columns)) < _LEAST:
        return None
    found: list[Filled] = [(cell, []) for cell in grid]
    over = inside = 0
    for piece in pieces:
        x, y = (piece.box.left + piece.box.right) / 2, (piece.box.top + piece.box.bottom) / 2
        for cell, some in found:
            left, top, right, bottom = cell.box
            if left <= x <= right and top <= y <= bottom:
                some.append(piece)
                inside += 1
                over += piece.box.left < left - _OVER or piece.box.right > right + _OVER
                break
    places = _places(grid)
    found = [part for each in found for part in _by_columns(each, places)]
    texts = [each for each in found if each[1]]
    if len(texts) < max(_FEWEST_TEXTS, (1 - _MOST_EMPTY) * len(found)):
        return None
    if over > _MOST_OVER * inside or any(map(_is_text, texts)):
        return None
    if _has_unruled_rows(texts) or _has_unruled_columns(texts):
        return None
    return found


def _places(grid: Sequence[GridCell]) -> list[float]:
    """Where each column begins, and where the last one ends."""
    starts = {cell.column: cell.box.left for cell in reversed(grid)}
    last = max(cell.last_column for cell in grid)
    ends = {cell.last_column: cell.box.right for cell in grid}
    return [starts.get(column, ends.get(column - 1, 0.0)) for column in range(last + 2)]


def _by_columns(filled: Filled, places: Sequence[float]) -> list[Filled]:
    """A cell over several columns, cut into these where its text keeps to them: no rule parts the
    cells of its row."""
    cell, pieces = filled
    if cell.column == cell.last_column or len(pieces) < _FEWEST_PARTS:
        return [filled]
    parts: dict[int, list[Piece]] = {}
    for piece in pieces:
        column = bisect_right(places, (piece.box.left + piece.box.right) / 2) - 1
        left, right = places[column] - _OVER, places[column + 1] + _OVER
        if piece.box.left < left or piece.box.right > right:
            return [filled]
        parts.setdefault(column, []).append(piece)
    if len(parts) < _FEWEST_PARTS:
        return [filled]
    box = cell.box
    return [
        (
            GridCell(
                box._replace(left=places[column], right=places[column + 1]),
                cell.row,
                column,
                cell.last_row,
                column,
            ),
            parts.get(column, []),
        )
        for column in range(cell.column, cell.last_column + 1)
    ]


def _is_text(filled: Filled) -> bool:
    return sum(len(piece.text) for piece in filled[1]) > _MUCH_TEXT


def _has_unruled_columns(filled: Sequence[Filled]) -> bool:
    gaps = sum(any(map(_is_apart, pairwise(_in_order(pieces)))) for _, pieces in filled)
    return gaps >= max(_UNRULED, _SOME * len(filled))


def _is_apart(pair: tuple[Piece, Piece]) -> bool:
    """Whether there is a wide gap between two pieces of one line."""
    one, other = pair
    level = abs(one.box.bottom - other.box.bottom) < one.size / 2
    return level and other.box.left - one.box.right > _WIDE * one.size


def _has_unruled_rows(filled: Sequence[Filled]) -> bool:
    by_row: dict[int, list[set[int]]] = {}
    for cell, pieces in filled:
        tops = {round(piece.box.bottom / 2) for piece in pieces}
        if len(tops) >= _UNRULED:
            by_row.setdefault(cell.row, []).append(tops)
    for row in by_row.values():
        for index, tops in enumerate(row):
            if any(len(tops & other) >= _UNRULED for other in row[index + 1 :]):
                return True
    return False


def _table(filled: Sequence[Filled]) -> Draft | None:
    texts = [(cell, _lines(pieces)) for cell, pieces in filled]
    rows = sorted({cell.row for cell, lines in texts if lines})
    columns = sorted({cell.column for cell, lines in texts if lines})
    cells = []
    for cell, lines in texts:
        row, last_row = bisect_right(rows, cell.row) - 1, bisect_right(rows, cell.last_row) - 1
        column = bisect_right(columns, cell.column) - 1
        last_column = bisect_right(columns, cell.last_column) - 1
        if lines or (cell.row in rows and cell.column in columns):
            size = last_row - row + 1, last_column - column + 1
            cells.append(Cell(joined(lines), row, column, *size, header=row == 0))
    spans_first = any(cell.columns > 1 for cell in cells if cell.row == 0)
    if spans_first and len(rows) > _LEAST:
        cells = [cell if cell.row != 1 else _as_header(cell) for cell in cells]
    block = spanned_table(cells)
    if block is None or block.kind is not BlockKind.TABLE:
        return None
    all_lines = tuple(line for _, some in texts for line in some)
    box = union([cell.box for cell, _ in filled])
    return Draft(BlockKind.TABLE, block.text, box, all_lines, cells=block.cells)


def _as_header(cell: Cell) -> Cell:
    return Cell(cell.text, cell.row, cell.column, cell.rows, cell.columns, header=True)


def _lines(pieces: Sequence[Piece]) -> list[TextLine]:
    return lines_of(_in_order(pieces))


def _in_order(pieces: Sequence[Piece]) -> list[Piece]:
    return sorted(pieces, key=lambda each: (round(each.box.bottom / 4), each.box.left))


def _replaced(placed: Sequence[Placed], table: Draft, inside: set[int]) -> list[Placed]:
    """The blocks, with the table where the first was that had any of its text."""
    found: list[Placed] = []
    place = -1
    for draft, pieces in placed:
        others = [piece for piece in pieces if id(piece) not in inside]
        if draft.kind is BlockKind.TABLE and others and _is_part(table, others):
            return list(placed)
        if len(others) == len(pieces):
            found.append((draft, pieces))
            continue
        if not others and _is_as_good(draft, table):
            return list(placed)
        if others:
            lines = lines_of(others)
            kind = BlockKind.TEXT if draft.kind is BlockKind.TABLE else draft.kind
            above = others[0].box.top < (table.box.top if table.box else 0.0)
            if lines and above:
                found.append((Draft(kind, joined(lines), None).of_lines(lines), others))
            place = len(found) if place < 0 else place
            if lines and not above:
                found.append((Draft(kind, joined(lines), None).of_lines(lines), others))
        elif place < 0:
            place = len(found)
    if place < 0:
        return list(placed)
    found.insert(place, (table, [p for _, some in placed for p in some if id(p) in inside]))
    return found


def _is_part(table: Draft, others: Sequence[Piece]) -> bool:
    """Whether the rows of a table go on beside what its rules enclose."""
    if table.box is None:
        return False
    top, bottom = table.box.top, table.box.bottom
    return any(top < (piece.box.top + piece.box.bottom) / 2 < bottom for piece in others)


def _is_as_good(draft: Draft, table: Draft) -> bool:
    """Whether a table has as many rows and columns, and tells what spans several; or more columns:
    gaps that no rule fills."""
    if draft.kind is not BlockKind.TABLE:
        return False
    one, other = (each.text.splitlines() for each in (draft, table))
    columns, others = one[1].count("|"), other[1].count("|")
    if table.cells and not draft.cells:
        return columns > others
    return columns > others or (len(one) == len(other) and columns == others)
