"""The text of a page of a PDF, by pdfium: no structure, but of nearly every file."""

import re
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pypdfium2

_HYPHEN_AT_LINE_END = re.compile("[\x02\ufffe]\r?\n?")
_EDGE = 1.0
"""In points: a letter may stick out of its page by so much."""


def page_text(page: "pypdfium2.PdfPage") -> tuple[str, bool]:
    """What is within the page's crop box, and whether the page shows anything at all."""
    left, bottom, right, top = page.get_cropbox()
    textpage = page.get_textpage()
    try:
        text = textpage.get_text_bounded(left - _EDGE, bottom - _EDGE, right + _EDGE, top + _EDGE)
    finally:
        textpage.close()
    marked = bool(text) or next(iter(islice(page.get_objects(max_depth=1), 1)), None) is not None
    return _HYPHEN_AT_LINE_END.sub("", text), marked
