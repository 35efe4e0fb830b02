"""Blocks of a page's element tree."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.markup.html.html_lists import marked
from gristmill.pipeline.parsers.markup.html.html_names import HEADINGS, INVISIBLE, is_inline
from gristmill.pipeline.parsers.markup.html.html_tables import laid_out
from gristmill.pipeline.parsers.tables import table_block
from gristmill.pipeline.shapes import Block, BlockKind

if TYPE_CHECKING:
    from lxml.etree import _Element

_LISTS = frozenset({"ul", "ol", "dl", "menu", "dir"})
_CELLS = frozenset({"td", "th"})
_BREAKS = frozenset({"br", "hr"})
_CAPTIONS = frozenset({"figcaption", "caption"})
_BLOCKS_INSIDE = HEADINGS | {"table", "pre", "figure", "section", "article"}
"""A list or a table that holds these lays the page out."""

_BLANKS = re.compile(r"[ \t\r\n\f]+")
_CELL_CHARS = 2_000


def blocks_of(root: "_Element", skip: frozenset[str] = frozenset()) -> tuple[Block, ...]:
    """The visible text below `root` in order; elements named in `skip` are left out."""
    walk = _Walk(skip)
    walk.into(root)
    walk.flush()
    return tuple(walk.blocks)


class _Walk:
    """Collects running text until a block begins or ends. lxml bounds the depth (256)."""

    def __init__(self, skip: frozenset[str]) -> None:
        self.blocks: list[Block] = []
        self._skip = skip | INVISIBLE
        self._running: list[str] = []

    def into(self, element: "_Element") -> None:
        """The text and the children of `element`, as they are."""
        self._add(element.text)
        for child in element:
            if isinstance(child.tag, str) and child.tag not in self._skip:
                self._child(child)
            self._add(child.tail)

    def flush(self) -> None:
        """What has been collected becomes a block of text."""
        if not self._running:
            return
        lines = (_collapsed(line) for line in "".join(self._running).split("\v"))
        text = "\n".join(line for line in lines if line)
        self._running.clear()
        if text:
            self.blocks.append(Block(BlockKind.TEXT, text))

    def _add(self, text: str | None) -> None:
        if text:
            self._running.append(text.replace("\v", " "))

    def _child(self, element: "_Element") -> None:
        tag = element.tag
        if tag in _BREAKS:
            self._running.append("\v")
        elif is_inline(element) and not _is_block_code(element):
            self.into(element)
        else:
            self.flush()
            self._block(element, tag)
            self.flush()

    def _block(self, element: "_Element", tag: str) -> None:
        if tag in HEADINGS:
            self._emit(BlockKind.HEADING, _collapsed(self._text(element)), int(tag[1]))
        elif tag in ("pre", "code", "listing", "xmp"):
            self._emit(BlockKind.CODE, self._text(element).replace("\v", "\n"))
        elif tag == "textarea":
            self._emit(BlockKind.TEXT, (element.text or "").strip())
        elif tag in _CAPTIONS:
            self._emit(BlockKind.CAPTION, _collapsed(self._text(element)))
        elif tag == "table" and not _lays_out(element):
            self._table(element)
        elif tag in _LISTS and not _holds(element, _BLOCKS_INSIDE):
            self._emit(BlockKind.LIST, "\n".join(self._items(element, "")))
        else:
            self.into(element)

    def _emit(self, kind: BlockKind, text: str, level: int = 0) -> None:
        if text.strip():
            self.blocks.append(Block(kind, text, level))

    def _text(self, element: "_Element", leave: frozenset[str] = frozenset()) -> str:
        """All visible text; `\\v` for a line break, a blank between blocks."""
        parts = [element.text or ""]
        for child in element:
            tag = child.tag
            if tag in _BREAKS:
                parts.append("\v")
            elif isinstance(tag, str) and tag not in self._skip and tag not in leave:
                inner = self._text(child, leave)
                parts.append(inner if is_inline(child) else f" {inner} ")
            parts.append(child.tail or "")
        return "".join(parts)

    def _items(self, list_: "_Element", indent: str) -> Iterator[str]:
        for item, mark in marked(list_):
            if item.tag in _LISTS:
                yield from self._items(item, indent + "  ")
            elif item.tag not in self._skip:
                text = _collapsed(self._text(item, _LISTS))
                if text:
                    yield f"{indent}{mark}{text}"
                for inner in _nearest_lists(item):
                    yield from self._items(inner, indent + "  ")

    def _table(self, table: "_Element") -> None:
        """The first row is the header, for Markdown's tables without any are not readable."""
        for caption in table.iterchildren("caption"):
            self._block(caption, "caption")
        grid = laid_out(
            [(cell, _collapsed(self._text(cell))) for cell in row if cell.tag in _CELLS]
            for row in table.iter("tr")
        )
        block = table_block(grid.rows)
        if block is not None:
            is_table = block.kind is BlockKind.TABLE
            self.blocks.append(block._replace(cells=grid.cells) if is_table else block)


def _collapsed(text: str) -> str:
    return _BLANKS.sub(" ", text.replace("\v", " ")).strip()


def _is_block_code(element: "_Element") -> bool:
    """Code on several lines, which its author broke."""
    return element.tag == "code" and element.find("br") is not None


def _holds(element: "_Element", tags: frozenset[str]) -> bool:
    return next(element.iterdescendants(*tags), None) is not None


def _nearest_lists(item: "_Element") -> Iterator["_Element"]:
    for child in item:
        if child.tag in _LISTS:
            yield child
        elif isinstance(child.tag, str):
            yield from _nearest_lists(child)


def _lays_out(table: "_Element") -> bool:
    """Whether a table holds a page's parts and no data."""
    if _holds(table, HEADINGS | {"table"}) or next(table.iter("tr"), None) is None:
        return True
    rows = list(table.iter("tr"))
    if all(sum(cell.tag in _CELLS for cell in row) <= 1 for row in rows):
        return True
    return any(len("".join(cell.itertext())) > _CELL_CHARS for cell in table.iter(*_CELLS))
