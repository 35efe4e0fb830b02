"""The blocks of a document, from those of its pages."""

from collections.abc import Iterator, Sequence

from gristmill.pipeline.paging.paged_shapes import PageText
from gristmill.pipeline.parsers.pages.pdf_outline import Outline, heading_level
from gristmill.pipeline.shapes import Block, BlockKind


def document_blocks(pages: Sequence[PageText], outline: Outline) -> Iterator[Block]:
    """In reading order. A page without blocks is cut at the lines that the outline names."""
    for page in pages:
        if not page.blocks:
            yield from _of_text(page, outline.get(page.number, {}))
            continue
        for block in page.blocks:
            yield Block(block.kind, block.text, block.level, page.number, block.box, block.cells)


def _of_text(page: PageText, entries: dict[str, int]) -> Iterator[Block]:
    lines: list[str] = []
    for line in page.text.splitlines() if entries else (page.text,):
        level = heading_level(entries, line) if entries else 0
        if level:
            yield Block(BlockKind.TEXT, "\n".join(lines), 0, page.number)
            yield Block(BlockKind.HEADING, line, level, page.number)
            lines = []
        else:
            lines.append(line)
    yield Block(BlockKind.TEXT, "\n".join(lines), 0, page.number)
