"""Lines of text with what they look like, from pieces in one font."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gristmill.pipeline.parsers.pages.layout.placed.placing import union
from gristmill.pipeline.parsers.pages.layout.placed.reading import Piece
from gristmill.pipeline.parsers.pages.layout.placed.signs import signs_of
from gristmill.pipeline.parsers.pages.layout.whole.broken_words import BREAK
from gristmill.schemas.outcomes.structure import Box

_WORD_GAP = 0.12
"""Of the font's size: less between two pieces is no blank."""
_MOSTLY = 0.9
_HYPHENS = ("-", "\u00ad", "\u2010")
_LONGEST_HEADING = 100
_FEW_LETTERS = 4
_WIDE = "\u2e80"
"""From here on most scripts are written without blanks."""


NUMBERED = re.compile(
    r"(?:(?:chapter|section|part|article|appendix|annex)\s+)?"
    r"(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivxlIVXL]{1,6})(?:\.\d{1,3})*[.):]|\d{1,2}(?:\.\d{1,3})+)\s+\S",
    re.IGNORECASE,
)
"""How a numbered heading or item begins."""


_PAGE_NUMBER = re.compile(r"\s\d{1,4}$")


class TextLine(NamedTuple):
    """`bold` and `italic` are true of nearly all of its letters; `mark` is what its first piece
    is known by in the tag tree."""

    text: str
    box: Box
    size: float
    bold: bool
    italic: bool
    mark: int


def lines_of(pieces: Sequence[Piece]) -> list[TextLine]:
    """The lines of a block, in the order of its pieces."""
    return [_line(row) for row in _rows(pieces)]


def is_numbered_heading(line: TextLine) -> bool:
    """Whether a line in the size of the text is a heading all the same: numbered, and in capitals
    or italics, as many journals have it."""
    text = line.text
    if len(text) > _LONGEST_HEADING or not (line.italic or text.isupper()):
        return False
    if NUMBERED.match(text) is None or _PAGE_NUMBER.search(text):
        return False
    return sum(map(str.isalpha, text)) > _FEW_LETTERS


def joined(lines: Sequence[TextLine]) -> str:
    """Lines as running text, with BREAK for the hyphen of a word that a line end cuts."""
    text = ""
    for line in lines:
        if text.endswith(_HYPHENS) and text[-2:-1].isalnum() and line.text[:1].isalnum():
            text = f"{text[:-1]}{BREAK}{line.text}"
        elif text and not (text[-1] >= _WIDE and line.text[:1] >= _WIDE):
            text += " " + line.text
        else:
            text += line.text
    return text


def _rows(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    row: list[Piece] = []
    top = bottom = 0.0
    for piece in pieces:
        if not piece.text.strip():
            continue
        box = piece.box
        middle = (box.top + box.bottom) / 2
        if row and not (top <= middle <= bottom and box.left >= row[-1].box.left):
            yield row
            row = []
        if not row or box.bottom - box.top > bottom - top:
            top, bottom = box.top, box.bottom
        row.append(piece)
    if row:
        yield row


def _line(row: Sequence[Piece]) -> TextLine:
    if len(row) == 1:
        text, box, size, bold, italic, *_ = row[0]
        return TextLine(text.strip(), box, round(size, 1), bold, italic, row[0].mark)
    sizes: dict[float, int] = {}
    in_bold = in_italics = 0
    for piece in row:
        count = len(signs_of(piece.text)) or 1
        size = round(piece.size, 1)
        sizes[size] = sizes.get(size, 0) + count
        in_bold += count * piece.bold
        in_italics += count * piece.italic
    most = _MOSTLY * sum(sizes.values())
    return TextLine(
        _text(row),
        union([piece.box for piece in row]),
        max(sizes, key=sizes.__getitem__),
        in_bold >= most,
        in_italics >= most,
        row[0].mark,
    )


def _text(row: Sequence[Piece]) -> str:
    text = ""
    right = 0.0
    for piece in row:
        said = piece.text.strip()
        if text and (piece.box.left - right > _WORD_GAP * piece.size) and not text.endswith(" "):
            text += " "
        text += said
        right = piece.box.right
        if piece.text.endswith(" "):
            text += " "
    return text.strip()
