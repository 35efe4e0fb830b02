"""A PDF's outline: which lines of which pages are headings."""

import ctypes
import re
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pypdfium2

Outline = dict[int, dict[str, int]]
"""By page number: a heading's words (one blank between, case folded) and its level from 1."""

_MAX_ENTRIES = 5_000
_MAX_DEPTH = 6
_MOST_FOLLOWED = 20_000
_LONGEST_HEADING = 300
_NUMBER = re.compile(
    r"(?:(?:chapter|section|part|appendix) )?(?:\d+|[a-z]|[ivxl]+)(?:\.\d+)*[.:)]? (?=\S)"
)


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


def has_end(document: "pypdfium2.PdfDocument") -> bool:
    """Whether whoever follows an outline's links comes to an end, in reasonable time."""
    from pypdfium2 import raw

    seen: set[int] = set()
    ways = [raw.FPDFBookmark_GetFirstChild(document, None)]
    while ways:
        bookmark = ways.pop()
        while bookmark:
            place = ctypes.cast(bookmark, ctypes.c_void_p).value or 0
            if place in seen or len(seen) == _MOST_FOLLOWED:
                return False
            seen.add(place)
            if child := raw.FPDFBookmark_GetFirstChild(document, bookmark):
                ways.append(child)
            bookmark = raw.FPDFBookmark_GetNextSibling(document, bookmark)
    return True


def heading_level(entries: dict[str, int], line: str) -> int:
    """The level of a page's line that is one of the page's `entries`, which is taken out of them;
    0 for any other line. The outlines of many programs leave out the numbers of headings."""
    if len(line) > _LONGEST_HEADING:
        return 0
    words = " ".join(line.split()).casefold()
    if words in entries:
        return entries.pop(words)
    return entries.pop(_NUMBER.sub("", words, count=1), 0)
