"""Blocks of an element tree: of a page, or of what trafilatura took from it."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.markup.html_tables import laid_out
from gristmill.pipeline.parsers.tables import table_block
from gristmill.pipeline.shapes import Block, BlockKind

if TYPE_CHECKING:
    from lxml.etree import _Element

# Each set holds HTML's names and those of trafilatura's own small vocabulary.
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "head"})
INVISIBLE = frozenset(
    {"script", "style", "noscript", "template", "svg", "math", "iframe", "object"}
    | {"canvas", "audio", "video", "map", "title", "meta", "link", "datalist"}
)
_LISTS = frozenset({"ul", "ol", "dl", "menu", "list"})
_ITEMS = frozenset({"li", "dt", "dd", "item"})
_ROWS = frozenset({"tr", "row"})
_CELLS = frozenset({"td", "th", "cell"})
_BREAKS = frozenset({"br", "lb", "hr"})
_INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del"}
    | {"dfn", "em", "font", "hi", "i", "img", "ins", "kbd", "label", "mark", "nobr", "q"}
    | {"ref", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub"}
    | {"sup", "time", "tt", "u", "var", "wbr", "graphic"}
)
_BLOCKS_INSIDE = _HEADINGS | {
    "table",
    "pre",
    "figure",
    "section",
    "article",
}  # a list or table that holds these only lays the page out

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
        elif tag in _INLINE and not _is_block_code(element):
            self.into(element)
        else:
            self.flush()
            self._block(element, tag)
            self.flush()

    def _block(self, element: "_Element", tag: str) -> None:
        if tag in _HEADINGS:
            self._emit(BlockKind.HEADING, _collapsed(self._text(element)), _level(element))
        elif tag == "pre" or tag == "code":
            self._emit(BlockKind.CODE, self._text(element).replace("\v", "\n"))
        elif tag == "table" and not _lays_out(element):
            self._emit(BlockKind.TABLE, "\n".join(self._rows(element)))
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
            if isinstance(tag, str) and tag not in self._skip and tag not in leave:
                inner = "\v" if tag in _BREAKS else self._text(child, leave)
                parts.append(inner if tag in _INLINE else f" {inner} " if inner != "\v" else inner)
            parts.append(child.tail or "")
        return "".join(parts)

    def _items(self, element: "_Element", indent: str) -> Iterator[str]:
        number = _first_number(element)
        for item in element:
            if item.tag in _LISTS:
                yield from self._items(item, indent + "  ")
            elif isinstance(item.tag, str) and item.tag not in self._skip:
                text = _collapsed(self._text(item, _LISTS))
                if text:
                    yield f"{indent}{_mark(element, item, number)}{text}"
                number += item.tag in _ITEMS
                for inner in _nearest_lists(item):
                    yield from self._items(inner, indent + "  ")

    def _rows(self, table: "_Element") -> Iterator[str]:
        """Markdown rows; the first one is the header, for a table without any is not readable."""
        grid = laid_out(
            [(cell, _collapsed(self._text(cell))) for cell in row if cell.tag in _CELLS]
            for row in table.iter(*_ROWS)
        )
        block = table_block(grid)
        return iter(block.text.split("\n") if block is not None else ())


def _collapsed(text: str) -> str:
    return _BLANKS.sub(" ", text.replace("\v", " ")).strip()


def _first_number(element: "_Element") -> int:
    start = element.get("start", "")
    return int(start) if start.isdecimal() and len(start) < 9 else 1


def _mark(list_: "_Element", item: "_Element", number: int) -> str:
    if list_.tag == "dl":
        return "  " if item.tag == "dd" else ""
    return f"{number}. " if list_.tag == "ol" or list_.get("rend") == "ol" else "- "


def _level(heading: "_Element") -> int:
    name = heading.get("rend", "h2") if heading.tag == "head" else heading.tag
    digit = str(name)[-1:]
    return int(digit) if digit in "123456" and digit else 2


def _is_block_code(element: "_Element") -> bool:
    """trafilatura writes `pre` as `code`: on several lines, or around another `code`."""
    if element.tag != "code":
        return False
    text = (element.text or "").strip()
    inner = element.find("code") is not None and not text
    return inner or "\n" in text or element.find("lb") is not None


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
    if _holds(table, _HEADINGS | {"table"}) or next(table.iter(*_ROWS), None) is None:
        return True
    rows = list(table.iter(*_ROWS))
    if all(sum(cell.tag in _CELLS for cell in row) <= 1 for row in rows):
        return True
    return any(len("".join(cell.itertext())) > _CELL_CHARS for cell in table.iter(*_CELLS))
