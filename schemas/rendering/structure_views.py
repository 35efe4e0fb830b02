"""A document's structure as values for JSON."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from gristmill.schemas.outcomes.structure import BlockKind, Box, Cell, StructureBlock
from gristmill.schemas.rendering.grids import Grid, grid_of


class CellView(msgspec.Struct, frozen=True):
    """A cell of a table: its first row and column, from 0, and how many of each it spans."""

    row: int
    column: int
    rows: int
    columns: int
    header: bool
    text: str


class BlockView(msgspec.Struct, frozen=True):
    """A block in reading order. `text` is `[start:end]` of the document's text, which headers and
    footers of pages are no part of; `box` is left, top, right and bottom in points from the page's
    upper left corner; `cells` are a table's."""

    kind: BlockKind
    level: int
    text: str
    page: int | None
    box: Box | None
    start: int | None
    end: int | None
    cells: Sequence[CellView] | None


class TableView(msgspec.Struct, frozen=True):
    """A table; `number` counts the document's tables from 1."""

    number: int
    page: int | None
    box: Box | None
    start: int | None
    end: int | None
    rows: int
    columns: int
    cells: Sequence[CellView]


def block_views(blocks: Iterable[StructureBlock]) -> Iterator[BlockView]:
    for block in blocks:
        cells = _cells(grid_of(block).cells) if block.kind is BlockKind.TABLE else None
        yield BlockView(
            block.kind,
            block.level,
            block.text,
            block.page,
            _rounded(block.box),
            block.start,
            block.end,
            cells,
        )


def table_view(number: int, block: StructureBlock, grid: Grid) -> TableView:
    return TableView(
        number,
        block.page,
        _rounded(block.box),
        block.start,
        block.end,
        grid.rows,
        grid.columns,
        _cells(grid.cells),
    )


def _rounded(box: Box | None) -> Box | None:
    """To a tenth of a point, as the library keeps it."""
    return None if box is None else Box(*(round(place, 1) for place in box))


def _cells(cells: Iterable[Cell]) -> list[CellView]:
    return [
        CellView(cell.row, cell.column, cell.rows, cell.columns, cell.header, cell.text)
        for cell in cells
    ]
