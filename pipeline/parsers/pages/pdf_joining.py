"""The blocks of a document, from those of its pages."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from gristmill.pipeline.paging.paged_shapes import PageText
from gristmill.pipeline.parsers.pages.about.pdf_outline import Outline, heading_level
from gristmill.pipeline.parsers.pages.layout.whole.headings import Blocks, with_headings
from gristmill.pipeline.parsers.pages.layout.whole.running import with_running
from gristmill.pipeline.shapes import Block, BlockKind


def structured(pages: Sequence[PageText], outline: Outline) -> Blocks:
    """The blocks of all pages that have any, with their place in the document: headings, and what
    runs along."""

    def level_in_outline(page: int, text: str) -> int:
        entries = outline.get(page)
        return heading_level(entries, text) if entries else 0

    blocks = [(page.number, block) for page in pages for block in page.blocks]
    return with_headings(with_running(blocks), level_in_outline) if blocks else []


def document_blocks(pages: Sequence[PageText], blocks: Blocks, outline: Outline) -> Iterator[Block]:
    """In reading order. A page without blocks is cut at the lines that the outline names."""
    by_page = {number: list(of) for number, of in groupby(blocks, key=lambda each: each[0])}
    for page in pages:
        for number, block in by_page.get(page.number, ()):
            yield Block(block.kind, block.text, block.level, number, block.box, block.cells)
        if not page.blocks:
            yield from _of_text(page, outline.get(page.number, {}))


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
