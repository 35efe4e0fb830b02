"""A PDF's outline: which lines of which pages are headings."""

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pypdfium2

Outline = dict[int, dict[str, int]]
"""By page number: a heading's words (one blank between, case folded) and its level from 1."""

_MAX_ENTRIES = 5_000
_MAX_DEPTH = 6


def outline_of(document: "pypdfium2.PdfDocument") -> Outline:
    """Entries that name a page of the document; a broken outline counts as none."""
    import pypdfium2

    outline: Outline = {}
    try:
        for entry in islice(document.get_toc(max_depth=_MAX_DEPTH), _MAX_ENTRIES):
            target = entry.get_dest()
            index = target.get_index() if target is not None else None
            words = " ".join((entry.get_title() or "").split()).casefold()
            if index is not None and words:
                outline.setdefault(index + 1, {}).setdefault(words, entry.level + 1)
    except (pypdfium2.PdfiumError, UnicodeDecodeError):
        return outline
    return outline
