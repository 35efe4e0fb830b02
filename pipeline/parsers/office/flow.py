"""What readers of texts and slides share: a stream of lines in which list items gather to lists."""

from collections.abc import Iterable

from gristmill.pipeline.parsers.tables import table_block
from gristmill.pipeline.parsers.text_room import TextRoom
from gristmill.pipeline.shapes import Block, BlockKind
from gristmill.schemas.outcomes.structure import Cell

_BETWEEN = 3  # characters, of cells; there are no more of lines
_GATHERED = (BlockKind.LIST, BlockKind.CODE)


class Flow:
    """Blocks in reading order; items of a list, and lines of code, become one block.

    `page` is the page of what comes next, or None where the format does not tell. A title above
    the first heading puts every heading one level down. Where a `room` is given, the methods
    raise DocumentError `too_large` for what does not fit into it.
    """

    def __init__(self, room: TextRoom | None = None) -> None:
        self.blocks: list[Block] = []
        self.page: int | None = None
        self.title: str | None = None
        self._gathered: list[str] = []
        self._room = room
        self._kind = BlockKind.TEXT
        self._has_heading = False
        self._gathered_page: int | None = None

    def heading(self, text: str, level: int) -> None:
        text = " ".join(text.split())
        if text:
            self._take(text)
            self._add(Block(BlockKind.HEADING, text, level + (self.title is not None), self.page))
            self._has_heading = True

    def main_title(self, text: str) -> None:
        """The document's title as it stands in the text; only the first is one."""
        if self._has_heading:
            self.heading(text, 1)
        elif text.strip():
            self.heading(text, 1)
            self.title = " ".join(text.split())

    def text(self, text: str) -> None:
        self._plain(BlockKind.TEXT, text)

    def caption(self, text: str) -> None:
        self._plain(BlockKind.CAPTION, text)

    def footnote(self, text: str) -> None:
        self._plain(BlockKind.FOOTNOTE, text)

    def extend(self, blocks: Iterable[Block]) -> None:
        """The blocks of a document inside of this one; they stand on the current page."""
        for block in blocks:
            self._take(block.text)
            self._add(block._replace(page=self.page, box=None))

    def item(self, text: str, depth: int, mark: str = "-") -> None:
        """An item of a list; `depth` counts from 0."""
        text = " ".join(text.split())
        if text:
            self._gather(BlockKind.LIST, "  " * min(depth, 20) + f"{mark} {text}")

    def code(self, line: str) -> None:
        self._gather(BlockKind.CODE, line.rstrip())

    def table(self, rows: list[list[str]], cells: tuple[Cell, ...] = ()) -> None:
        for row in rows:
            self._take(*row)
        block = table_block(rows, self.page)
        if block is not None:
            is_table = block.kind is BlockKind.TABLE
            self._add(block._replace(cells=cells) if cells and is_table else block)

    def finished(self) -> tuple[Block, ...]:
        """All blocks. What came before the first end of a page was on the first page."""
        self._flush()
        if self.page is None:
            return tuple(self.blocks)
        return tuple(each._replace(page=each.page or 1) for each in self.blocks)

    def _plain(self, kind: BlockKind, text: str) -> None:
        if text.strip():
            self._take(text)
            self._add(Block(kind, text.strip(), 0, self.page))

    def _take(self, *texts: str) -> None:
        if self._room is not None:
            self._room.take(*texts, between=_BETWEEN)

    def _gather(self, kind: BlockKind, line: str) -> None:
        self._take(line)
        if self._kind is not kind:
            self._flush()
        if not self._gathered:
            self._gathered_page = self.page
        self._kind = kind
        self._gathered.append(line)

    def _add(self, block: Block) -> None:
        self._flush()
        self.blocks.append(block)

    def _flush(self) -> None:
        text = "\n".join(self._gathered)
        if text.strip():
            self.blocks.append(Block(self._kind, text, 0, self._gathered_page))
        self._gathered.clear()
