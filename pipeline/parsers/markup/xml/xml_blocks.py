"""Blocks of an XML tree whose vocabulary nobody told us."""

import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.markup.html import html_blocks
from gristmill.pipeline.parsers.markup.xml.xml_inline import is_mixed, plain_text, raw_text
from gristmill.pipeline.parsers.markup.xml.xml_titles import Titles
from gristmill.pipeline.parsers.mathml import formula_text
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name
from gristmill.pipeline.parsers.text_room import TextRoom
from gristmill.pipeline.shapes import Block, BlockKind

if TYPE_CHECKING:
    from lxml.etree import _Element

_PROSE = frozenset(
    {"p", "para", "simpara", "description", "summary", "content", "encoded", "abstract", "text"}
    | {"body", "note", "quote", "caption", "v", "lg", "l", "seg", "tspan", "comment"}
)
_CODE = frozenset({"programlisting", "screen", "code", "pre", "literallayout"})
_FEEDS = frozenset({"rss", "feed", "RDF"})
_XHTML = "{http://www.w3.org/1999/xhtml}"
_PROSE_CHARS = 100
_NAME_CHARS = 60
_ATTRIBUTE_CHARS = 1_000
_LEVELS = 12
_MARKUP = re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,10}(?:\s[^<>]{0,2000})?/?>")
_BLANKS = re.compile(r"\s+")


def blocks_of(root: "_Element", room: TextRoom) -> Iterator[Block]:
    """The text of a tree in order. Raises DocumentError `too_large` when paths make more of it
    than there is room for."""
    return _Walk(local_name(root) in _FEEDS, room).root(root)


def blocks_of_attributes(root: "_Element", room: TextRoom) -> Iterator[Block]:
    """The attributes of a tree that has no other text, an element a line."""
    lines: list[str] = []
    for element in root.iter("{*}*"):
        values = [
            f"{name[:_NAME_CHARS]}: {_BLANKS.sub(' ', value).strip()}"
            for name, value in local_attributes(element).items()
            if value.strip() and len(value) <= _ATTRIBUTE_CHARS and name != "schemaLocation"
        ]
        if values:
            line = ", ".join(values)
            room.take(line)
            lines.append(line)
    if lines:
        yield Block(BlockKind.LIST, "\n".join(lines))


class _Walk:
    """Lines collect until something else begins. libxml2 bounds the depth (256)."""

    def __init__(self, feed: bool, room: TextRoom) -> None:
        self._lines: list[str] = []
        self._feed = feed
        self._room = room
        self._titles = Titles()

    def root(self, root: "_Element") -> Iterator[Block]:
        if next(root.iterchildren("{*}*"), None) is None or is_mixed(root):
            yield Block(BlockKind.TEXT, plain_text(root))
        else:
            yield from self.container(root, 0)

    def container(self, element: "_Element", level: int) -> Iterator[Block]:
        """An element with others inside."""
        title = self._titles.of(element) if level < _LEVELS else None
        if title is not None:
            yield from self.flush()
            level += 1
            yield Block(BlockKind.HEADING, self._said(plain_text(title)), level)
        for child in element.iterchildren("{*}*"):
            if child is not title:
                yield from self._child(child, level)
        yield from self.flush()

    def flush(self) -> Iterator[Block]:
        if self._lines:
            yield Block(BlockKind.LIST, "\n".join(self._lines))
            self._lines.clear()

    def _child(self, child: "_Element", level: int) -> Iterator[Block]:
        name = local_name(child)
        if name in _CODE:
            yield from self.flush()
            yield Block(BlockKind.CODE, raw_text(child))
        elif name == "math":
            yield from self.flush()
            yield Block(BlockKind.CODE, formula_text(child))
        elif str(child.tag).startswith(_XHTML):
            yield from self.flush()
            yield from _from_html(_source(child), level)
        elif len(child) == 0 or next(child.iterchildren("{*}*"), None) is None:
            yield from self._leaf(child, name, level)
        elif is_mixed(child):
            yield from self.flush()
            yield Block(BlockKind.TEXT, plain_text(child))
        else:
            yield from self.flush()
            yield from self.container(child, level)

    def _leaf(self, leaf: "_Element", name: str, level: int) -> Iterator[Block]:
        text = raw_text(leaf).strip()
        if self._feed and name == "link" and leaf.get("rel", "alternate") == "alternate":
            text = text or leaf.get("href", "")  # where Atom has the address of an entry
        if not text:
            return
        if _MARKUP.search(text):
            yield from self.flush()
            yield from _from_html(text, level)
        elif name.lower() in _PROSE or (len(text) > _PROSE_CHARS and " " in text):
            yield from self.flush()
            yield Block(BlockKind.TEXT, self._said(text))
        else:
            self._line(f"{name[:_NAME_CHARS]}: {_BLANKS.sub(' ', text)}")

    def _said(self, text: str) -> str:
        """In feeds what an element holds is HTML, even where there is no tag in it."""
        return unescape(text) if self._feed else text

    def _line(self, line: str) -> None:
        self._room.take(line)
        self._lines.append(line)


def _source(element: "_Element") -> str:
    from lxml import etree

    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))


def _from_html(text: str, level: int) -> Iterator[Block]:
    """HTML in an element, as feeds have it; headings go below the entry's own."""
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        tree = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return
    for block in html_blocks.blocks_of(tree):
        lower = block.kind is BlockKind.HEADING
        yield block._replace(level=block.level + level) if lower else block
