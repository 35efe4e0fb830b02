"""No word of a page is lost: what liteparse read and put into no block, and what pdfium reads there
and liteparse does not."""

import re
from collections.abc import Iterable, Sequence

from gristmill.pipeline.parsers.pages.layout.drafts import Draft, Witness
from gristmill.pipeline.parsers.pages.layout.lines import lines_of
from gristmill.pipeline.parsers.pages.layout.placing import union
from gristmill.pipeline.parsers.pages.layout.reading import LayoutPage, Piece
from gristmill.schemas.structure import BlockKind, Box

_OTHERS = re.compile(r"[\W_]+")
_WORDS = re.compile(r"[^\W_]{2,}")
_LEAST = 0.995
"""Of the letters of its pieces: so many are in the blocks of a page where nothing is missing."""
_SHORTEST = 3
_FOREIGN = 0.2
_MANY = 0.02
_TOO_MANY = 0.3
_PARTS = 60.0
"""In points: pieces that are farther apart are not one block."""


def with_left_out(drafts: Sequence[Draft], page: LayoutPage) -> list[Draft]:
    """The blocks, and at their end those of pieces that are in none of them: mostly turned text."""
    found = _squeezed(draft.text for draft in drafts)
    wanted = _squeezed(piece.text for piece in page.pieces)
    if len(found) >= _LEAST * len(wanted):
        return list(drafts)
    missing = [piece for piece in page.pieces if _is_missing(piece, found)]
    return [*drafts, *map(_draft, _groups(missing))]


def is_doubtful(page: LayoutPage) -> bool:
    """Whether liteparse may have dropped letters of the page: fonts that it does not understand,
    scripts that it was not made for."""
    if any(piece.garbled for piece in page.pieces):
        return True
    text = "".join(piece.text for piece in page.pieces)
    if text.isascii():
        return False
    return len(text) - len(text.encode("ascii", "ignore")) > _FOREIGN * len(text)


def compared(drafts: Sequence[Draft], page: LayoutPage, witness: Witness) -> list[Draft] | None:
    """The blocks, and at their end the lines of the page whose words are in none of them; None
    where so much is missing that the page had better be read without blocks."""
    text = witness.text(page.number, Box(0, 0, page.width, page.height))
    found = _squeezed(draft.text for draft in drafts)
    words = set(_WORDS.findall(text))
    missing = {word for word in words if word.casefold() not in found}
    if len(missing) < _SHORTEST or len(missing) <= _MANY * len(words):
        return list(drafts)
    if len(missing) > _TOO_MANY * len(words):
        return None
    lines = [line for line in text.splitlines() if missing.intersection(_WORDS.findall(line))]
    return [*drafts, Draft(BlockKind.TEXT, "\n".join(map(str.strip, lines)), None)]


def _squeezed(texts: Iterable[str]) -> str:
    return _OTHERS.sub("", "".join(texts)).casefold()


def _is_missing(piece: Piece, found: str) -> bool:
    signs = _squeezed([piece.text])
    return len(signs) >= _SHORTEST and signs not in found


def _groups(pieces: Sequence[Piece]) -> Iterable[list[Piece]]:
    group: list[Piece] = []
    for piece in pieces:
        if group and _distance(group[-1].box, piece.box) > _PARTS:
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _distance(one: Box, other: Box) -> float:
    across = max(one.left, other.left) - min(one.right, other.right)
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    return max(across, down, 0.0)


def _draft(pieces: Sequence[Piece]) -> Draft:
    text = " ".join(piece.text.strip() for piece in pieces)
    box = union([piece.box for piece in pieces])
    lines = () if any(piece.rotated for piece in pieces) else tuple(lines_of(pieces))
    return Draft(BlockKind.TEXT, text, box, lines)
