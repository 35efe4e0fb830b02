"""liteparse's tables as blocks."""

from typing import Any

from gristmill.pipeline.paging.paged_shapes import PageBlock
from gristmill.pipeline.parsers.pages.layout.reading import box_of
from gristmill.pipeline.parsers.pages.layout.rendered import plain
from gristmill.pipeline.parsers.tables import table_block


def table_of(block: Any) -> PageBlock | None:
    """None where no cell has text."""
    rows = [[plain(cell.text) for cell in row] for row in block.rows or ()]
    header = [plain(cell.text) for cell in block.header or ()]
    made = table_block([header, *rows] if any(header) else rows)
    return made and PageBlock(made.kind, made.text, 0, box_of(block.bbox), made.cells)
