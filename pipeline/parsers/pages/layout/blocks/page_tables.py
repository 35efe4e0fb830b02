"""liteparse's tables as blocks."""

from collections.abc import Iterable
from typing import Any

from gristmill.pipeline.paging.paged_shapes import PageBlock
from gristmill.pipeline.parsers.pages.layout.blocks.table_rows import (
    Row,
    RowCell,
    merged_rows,
    spanned,
)
from gristmill.pipeline.parsers.pages.layout.placed.reading import box_of
from gristmill.pipeline.parsers.pages.layout.placed.rendered import plain
from gristmill.pipeline.parsers.tables import table_block
from gristmill.schemas.outcomes.structure import BlockKind


def table_of(block: Any) -> PageBlock | None:
    """None where no cell has text."""
    header = _row(block.header or ())
    rows = [header] if any(cell.text for cell in header) else []
    rows = merged_rows([*rows, *map(_row, block.rows or ())])
    made = table_block([[cell.text for cell in row] for row in rows])
    if made is None:
        return None
    cells = spanned(rows) if made.kind is BlockKind.TABLE else ()
    return PageBlock(made.kind, made.text, 0, box_of(block.bbox), cells)


def _row(cells: Iterable[Any]) -> Row:
    return [RowCell(plain(cell.text), box_of(cell.bbox)) for cell in cells]
