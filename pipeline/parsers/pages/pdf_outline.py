"""A PDF's outline: which lines of which pages are headings."""

import re
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pypdfium2

Outline = dict[int, dict[str, int]]
"""By page number: a heading's words (one blank between, case folded) and its level from 1."""

_MAX_ENTRIES = 5_000
_MAX_DEPTH = 6
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


def heading_level(entries: dict[str, int], line: str) -> int:
    """The level of a page's line that is one of the page's `entries`, which is taken out of them;
    0 for any other line. The outlines of many programs leave out the numbers of headings."""
    if len(line) > _LONGEST_HEADING:
        return 0
    words = " ".join(line.split()).casefold()
    if words in entries:
        return entries.pop(words)
    return entries.pop(_NUMBER.sub("", words, count=1), 0)
