"""HTML in Markdown: its tables, headings and lists as blocks."""

import re

from gristmill.pipeline.parsers.markup import html_blocks
from gristmill.pipeline.shapes import Block

_TABLE_OPENS = re.compile(r"<table\b", re.IGNORECASE)
_TABLE_ENDS = re.compile(r"</table\b", re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z]")
_MOST_LINES = 2_000


def html_blocks_of(source: str) -> tuple[Block, ...]:
    """The blocks of a piece of HTML; none where there is no element with text."""
    if not _TAG.search(source):
        return ()
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        tree = document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return ()
    return html_blocks.blocks_of(tree)


def whole_tables(lines: list[str], start: int, end: int) -> int:
    """Where the HTML that begins at line `start` ends: CommonMark ends it at a blank line, which a
    table may have inside."""
    opened = sum(len(_TABLE_OPENS.findall(line)) for line in lines[start:end])
    closed = sum(len(_TABLE_ENDS.findall(line)) for line in lines[start:end])
    at = end
    while opened > closed and at < min(len(lines), end + _MOST_LINES):
        opened += len(_TABLE_OPENS.findall(lines[at]))
        closed += len(_TABLE_ENDS.findall(lines[at]))
        at += 1
    return at if opened <= closed else end
