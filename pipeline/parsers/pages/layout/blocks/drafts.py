"""Blocks of a page while they are mended: with their lines."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from gristmill.pipeline.paging.paged_shapes import PageBlock
from gristmill.pipeline.parsers.pages.layout.blocks.lines import TextLine, joined, lines_of
from gristmill.pipeline.parsers.pages.layout.blocks.page_tables import table_of
from gristmill.pipeline.parsers.pages.layout.placed.placing import placed, union
from gristmill.pipeline.parsers.pages.layout.placed.reading import LayoutPage, Piece, box_of
from gristmill.pipeline.parsers.pages.layout.placed.rendered import plain
from gristmill.pipeline.parsers.pages.layout.placed.signs import signs_of
from gristmill.schemas.outcomes.structure import BlockKind, Box, Cell

RUNNING_TEXT = frozenset({BlockKind.TEXT, BlockKind.HEADING})


class Witness(Protocol):
    """Somebody else who has read the page, and is asked in doubt. It costs as much again."""

    def is_bold(self, number: int, x: float, y: float) -> bool | None: ...
    def text(self, number: int, box: Box) -> str: ...


class Draft(NamedTuple):
    """A block with its `lines`."""

    kind: BlockKind
    text: str
    box: Box | None
    lines: tuple[TextLine, ...] = ()
    level: int = 0
    cells: tuple[Cell, ...] = ()

    @property
    def size(self) -> float:
        """That of most letters, in points; 0 where it is not known."""
        if len(self.lines) == 1:
            return self.lines[0].size
        letters: dict[float, int] = {}
        for line in self.lines:
            letters[line.size] = letters.get(line.size, 0) + len(line.text)
        return max(letters, key=letters.__getitem__, default=0.0)

    @property
    def bold(self) -> bool:
        return bool(self.lines) and all(line.bold for line in self.lines)

    def of_lines(self, lines: Sequence[TextLine], kind: BlockKind | None = None) -> "Draft":
        """The part of it that these lines are."""
        box = union([line.box for line in lines])
        return self._replace(
            kind=kind or self.kind, text=joined(lines), box=box, lines=tuple(lines)
        )

    @property
    def marks(self) -> list[tuple[int, int]]:
        """For each line what it is known by in the tag tree, and its length."""
        return [(line.mark, len(line.text)) for line in self.lines]

    def block(self, tagged: int = 0) -> PageBlock:
        """`tagged`: its level, where the tag tree says that it is a heading."""
        return PageBlock(
            self.kind,
            self.text,
            self.level,
            self.box,
            self.cells,
            self.size,
            self.bold,
            bool(self.lines) and all(line.italic for line in self.lines),
            len(self.lines),
            tagged,
        )


Placed = tuple[Draft, Sequence[Piece]]
"""A block with its pieces."""


def drafts_of(page: LayoutPage) -> Iterator[Placed]:
    """Of all blocks with text, each with its pieces, in liteparse's order."""
    boxes = [box_of(block.bbox) for block in page.blocks]
    signs: dict[int, str] = {}

    def says(index: int, text: str) -> bool:
        if index not in signs:
            signs[index] = _signs(page.blocks[index])
        return signs_of(text) in signs[index]

    for block, pieces in zip(page.blocks, placed(boxes, page.pieces, says), strict=True):
        draft = _draft(block, pieces)
        if draft is not None and draft.text:
            yield draft, pieces


def _signs(block: Any) -> str:
    """The letters and figures of all that a block says."""
    cells = [*(block.header or ()), *(cell for row in block.rows or () for cell in row)]
    texts = [block.text or "", *(block.lines or ()), *(cell.text or "" for cell in cells)]
    return signs_of("".join(texts))


def only_text(drafts: Iterable[Draft]) -> list[Draft]:
    """Those that are paragraphs or headings."""
    return [draft for draft in drafts if draft.kind in RUNNING_TEXT]


def _draft(block: Any, pieces: Sequence[Piece]) -> Draft | None:
    box = box_of(block.bbox)
    lines = tuple(lines_of(pieces))
    if block.kind == "table":
        table = table_of(block)
        return (
            None if table is None else Draft(table.kind, table.text, box, lines, cells=table.cells)
        )
    if block.lines is not None:
        return Draft(BlockKind.CODE, "\n".join(block.lines), box, lines)
    text = plain(block.text)
    if block.kind == "list_item":
        text = f"{'  ' * min(block.level or 0, _DEEPEST)}{block.marker or '-'} {text}"
        return Draft(BlockKind.LIST, text, box, lines)
    if block.kind == "heading":
        return Draft(BlockKind.HEADING, text, box, lines, block.level or 1)
    return Draft(BlockKind.TEXT, text, box, lines)


_DEEPEST = 6
