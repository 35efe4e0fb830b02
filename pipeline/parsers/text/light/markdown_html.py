"""HTML in Markdown: its tables, headings and lists as blocks."""

import re

from gristmill.pipeline.parsers.markup.html import html_blocks
from gristmill.pipeline.shapes import Block

_TABLE_OPENS = re.compile(r"<table\b", re.IGNORECASE)
_TABLE_ENDS = re.compile(r"</table\b", re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z]")
_LOOKED_AT = 20  # times its lines a text is looked through for the ends of tables


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


class Tables:
    """Where the HTML tables of a text end: CommonMark ends HTML at a blank line, which a table may
    have inside."""

    def __init__(self, lines: list[str]) -> None:
        self._open = [0]  # tables that are open before each line
        self._left = _LOOKED_AT * len(lines)
        for line in lines if any("<table" in line.lower() for line in lines) else ():
            change = len(_TABLE_OPENS.findall(line)) - len(_TABLE_ENDS.findall(line))
            self._open.append(self._open[-1] + change)

    def end(self, start: int, end: int) -> int:
        """The end of the HTML from line `start` to before line `end`, with its tables whole."""
        if len(self._open) == 1:
            return end
        at = end
        while self._open[at] > self._open[start] and self._left > 0:
            self._left -= 1
            at += 1
            if at == len(self._open):
                return end
        return at if self._left > 0 else end
