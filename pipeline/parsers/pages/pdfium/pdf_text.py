"""The text of a page of a PDF, by pdfium: no structure, but of nearly every file."""

import re
from itertools import islice
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.pages.layout.whole.broken_words import BREAK

if TYPE_CHECKING:
    import pypdfium2

_HYPHEN_AT_LINE_END = re.compile("[\x02\ufffe]\r?\n?")
_EDGE = 1.0
"""In points: a letter may stick out of its page by so much."""


def text_of(page: "pypdfium2.PdfPage", page_text: "pypdfium2.PdfTextpage") -> str:
    """What is within the page's crop box, with pdfium's signs for a word that a line end cuts."""
    left, bottom, right, top = page.get_cropbox()
    text: str = page_text.get_text_bounded(left - _EDGE, bottom - _EDGE, right + _EDGE, top + _EDGE)
    return text


def with_breaks(text: str) -> str:
    """The same text, with BREAK for each hyphen at a line end and the line end behind it."""
    return _HYPHEN_AT_LINE_END.sub(BREAK, text)


def shows_something(page: "pypdfium2.PdfPage") -> bool:
    return next(iter(islice(page.get_objects(max_depth=1), 1)), None) is not None
