"""The blocks of one page, from what liteparse says of it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from gristmill.pipeline.paging.paged_shapes import PageBlock
from gristmill.pipeline.parsers.pages.layout.page_tables import table_of
from gristmill.pipeline.parsers.pages.layout.placing import placed
from gristmill.pipeline.parsers.pages.layout.reading import LayoutPage, Piece, box_of
from gristmill.pipeline.parsers.pages.layout.rendered import plain
from gristmill.schemas.structure import BlockKind


def blocks_of(page: LayoutPage) -> tuple[PageBlock, ...]:
    """In reading order."""
    boxes = [box_of(block.bbox) for block in page.blocks]
    made = map(_block, page.blocks, placed(boxes, page.pieces))
    return tuple(block for block in made if block is not None and block.text)


def _block(block: Any, pieces: Sequence[Piece]) -> PageBlock | None:
    if block.kind == "table":
        return table_of(block)
    if block.lines is not None:
        kind = BlockKind.CODE
        text = "\n".join(block.lines)
    elif block.kind == "list_item":
        kind = BlockKind.LIST
        text = f"{block.marker or '-'} {plain(block.text)}"
    else:
        kind = BlockKind.HEADING if block.kind == "heading" else BlockKind.TEXT
        text = plain(block.text)
    level = (block.level or 1) if kind is BlockKind.HEADING else 0
    size, bold = _font(pieces)
    return PageBlock(kind, text, level, box_of(block.bbox), (), size, bold)


def _font(pieces: Sequence[Piece]) -> tuple[float, bool]:
    """The size of most letters, and whether all are bold."""
    sizes: Counter[float] = Counter()
    for piece in pieces:
        sizes[round(piece.size, 1)] += len(piece.text)
    if not sizes:
        return 0.0, False
    return sizes.most_common(1)[0][0], all(piece.bold for piece in pieces)
