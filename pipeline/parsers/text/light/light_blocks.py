"""What readers of light markup (Org, AsciiDoc, MediaWiki) have in common: paragraphs and lists
that go on until something else begins."""

from collections.abc import Callable

from gristmill.pipeline.parsers.tables import table_block
from gristmill.pipeline.shapes import Block, BlockKind


class LightBlocks:
    """Blocks so far; `inline` makes a piece of text readable."""

    def __init__(self, inline: Callable[[str], str]) -> None:
        self.blocks: list[Block] = []
        self._inline = inline
        self._text: list[str] = []
        self._items: list[list[str]] = []

    def text(self, line: str) -> None:
        """A line of running text; below an item it goes on with that."""
        if self._items and not self._text:
            self._items[-1].append(line.strip())
        else:
            self._text.append(line.strip())

    def item(self, depth: int, mark: str, text: str) -> None:
        self._end_text()
        self._items.append([f"{'  ' * min(depth, 8)}{mark}{text.strip()}"])

    def end(self) -> None:
        """What has been collected becomes a block."""
        self._end_text()
        if self._items:
            lines = "\n".join(self._inline(" ".join(item)) for item in self._items)
            self.blocks.append(Block(BlockKind.LIST, lines))
            self._items = []

    def add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        self.end()
        shown = text if kind is BlockKind.CODE else self._inline(text)
        if shown.strip():
            self.blocks.append(Block(kind, shown, level))

    def table(self, rows: list[list[str]]) -> None:
        self.end()
        block = table_block([[self._inline(cell).strip() for cell in row] for row in rows])
        if block is not None:
            self.blocks.append(block)

    def _end_text(self) -> None:
        if self._text:
            text = self._inline("\n".join(self._text)).strip()
            self._text = []
            if self._items:
                self.end()
            if text:
                self.blocks.append(Block(BlockKind.TEXT, text))
