"""The text of a page of a PDF, by pdfium: no structure, but of nearly every file."""

import ctypes
import re
from itertools import islice
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.pages.layout.whole.broken_words import BREAK

if TYPE_CHECKING:
    import pypdfium2

_HYPHEN_AT_LINE_END = re.compile("[\x02\ufffe]\r?\n?")
_EDGE = 1.0
"""In points: a letter may stick out of its page by so much."""
_ROOM = 64
"""Units of UTF-16 beside two for each sign of a page: a short one may have more line ends."""


def text_of(page: "pypdfium2.PdfPage", page_text: "pypdfium2.PdfTextpage") -> str:
    """What is within the page's crop box, with pdfium's signs for a word that a line end cuts."""
    left, bottom, right, top = page.get_cropbox()
    return _within(page_text, left - _EDGE, bottom - _EDGE, right + _EDGE, top + _EDGE)


def _within(
    page_text: "pypdfium2.PdfTextpage", left: float, bottom: float, right: float, top: float
) -> str:
    """As `get_text_bounded`, which collects the text twice, first for its length."""
    from pypdfium2 import raw

    room = 2 * page_text.count_chars() + _ROOM
    buffer = (ctypes.c_ushort * room)()
    count = raw.FPDFText_GetBoundedText(page_text, left, top, right, bottom, buffer, room)
    if count >= room:
        whole: str = page_text.get_text_bounded(left, bottom, right, top)
        return whole
    # A zero behind the text is counted where there is room for it.
    return bytes(memoryview(buffer)[: max(0, count - 1)]).decode("utf-16-le", "ignore")


def with_breaks(text: str) -> str:
    """The same text, with BREAK for each hyphen at a line end and the line end behind it."""
    return _HYPHEN_AT_LINE_END.sub(BREAK, text)


def shows_something(page: "pypdfium2.PdfPage") -> bool:
    return next(iter(islice(page.get_objects(max_depth=1), 1)), None) is not None
