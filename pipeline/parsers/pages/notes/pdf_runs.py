"""Runs of characters on a page's lines, with the place of each character."""

from ctypes import c_double
from typing import TYPE_CHECKING, NamedTuple

from gristmill.pipeline.parsers.pages.notes.pdf_note_shapes import Area

if TYPE_CHECKING:
    import pypdfium2

MOST_CHARS = 50_000
_GAP = 2.5
"""Times the height of a line: a wider gap parts two runs of it."""


class Run(NamedTuple):
    """Characters of one line, close to each other; `first` is the number that the page's text has
    for the first of them. A blank has no width."""

    first: int
    signs: list[str]
    lefts: list[float]
    rights: list[float]
    bottom: float
    top: float

    def word_from(self, index: int) -> int:
        """The first character at or after `index` with which a word begins."""
        while 0 < index < len(self.signs) and self.signs[index - 1] != " ":
            index += 1
        return index

    def word_to(self, index: int) -> int:
        """Where the word ends that has its character before `index`."""
        while index < len(self.signs) and self.signs[index] != " ":
            index += 1
        return index

    def is_beside(self, area: Area) -> bool:
        middle = (self.bottom + self.top) / 2
        return area[1] - 1 <= middle <= area[3] + 1

    def _add(self, sign: str, left: float, right: float) -> None:
        self.signs.append(sign)
        self.lefts.append(left)
        self.rights.append(right)

    def _is_followed_by(self, left: float, bottom: float, top: float) -> bool:
        height = max(self.top - self.bottom, top - bottom, 1.0)
        gap = left - self.rights[-1]
        return -1.0 <= gap < _GAP * height and bottom < self.top + 1 and top > self.bottom - 1


def runs_of(page_text: "pypdfium2.PdfTextpage") -> list[Run]:
    """In the order of the page's text; none where it is very long."""
    from pypdfium2 import raw

    runs: list[Run] = []
    count = page_text.count_chars()
    box = c_double(), c_double(), c_double(), c_double()
    ends = True
    for index in range(count if count <= MOST_CHARS else 0):
        sign = raw.FPDFText_GetUnicode(page_text, index)
        if sign == 0x20 and not ends:
            runs[-1]._add(" ", runs[-1].rights[-1], runs[-1].rights[-1])
        elif sign <= 0x20 or not raw.FPDFText_GetCharBox(page_text, index, *box):
            ends = True
        else:
            left, right, bottom, top = (each.value for each in box)
            if ends or not runs[-1]._is_followed_by(left, bottom, top):
                runs.append(Run(index, [], [], [], bottom, top))
            runs[-1]._add(chr(min(sign, 0x10FFFF)), left, right)
            ends = False
    return runs
