"""No word of a page is lost: what liteparse read and put into no block, and what pdfium reads there
and liteparse does not."""

import re
from collections.abc import Iterable, Sequence

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft, Witness
from gristmill.pipeline.parsers.pages.layout.blocks.lines import lines_of
from gristmill.pipeline.parsers.pages.layout.blocks.wording.rebuilding import rebuilt
from gristmill.pipeline.parsers.pages.layout.placed.placing import union
from gristmill.pipeline.parsers.pages.layout.placed.reading import LayoutPage, Piece
from gristmill.pipeline.parsers.pages.layout.placed.signs import signs_of
from gristmill.pipeline.parsers.pages.layout.whole.broken_words import BREAK
from gristmill.schemas.outcomes.structure import BlockKind, Box

_WORDS = re.compile(r"[^\W_]{2,}")
_LEAST = 0.995
"""Of the letters of its pieces: so many are in the blocks of a page where nothing is missing."""
_SHORTEST = 3
_FOREIGN = 0.2
_MANY = 0.02
_TALL = 2.0
"""Times its size: as high no font is between its highest and its deepest letter."""
_MUCH, _TOO_MANY = 0.15, 0.6
_HYPHEN = re.compile("[\x02\ufffe]\r?\n?")
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
    """Whether liteparse may have dropped letters of the page: fonts that it does not understand, or
    takes for so high that lines lie upon each other; scripts that it was not made for."""
    if any(piece.garbled for piece in page.pieces):
        return True
    tall = sum(map(_is_tall, page.pieces))
    if tall > _MANY * len(page.pieces):
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
    lines = _HYPHEN.sub(BREAK, text).splitlines()
    if len(missing) > _MUCH * len(words):
        return rebuilt(drafts, lines)
    return _with_lines(drafts, lines, missing)


def _with_lines(drafts: Sequence[Draft], lines: Sequence[str], missing: set[str]) -> list[Draft]:
    """The blocks; each line with a missing word stands after the block in which the line before it
    is, together with others there."""
    squeezed = [_squeezed([draft.text]) for draft in drafts]
    added: dict[int, list[str]] = {}
    place = -1
    for line in lines:
        if missing.intersection(_WORDS.findall(line)):
            added.setdefault(place, []).append(line.strip())
        elif signs := _squeezed([line]):
            there = (index for index, each in enumerate(squeezed) if signs in each)
            place = next(there, place)
    found: list[Draft] = []
    for index in range(-1, len(drafts)):
        found += drafts[index : index + 1] if index >= 0 else ()
        if index in added:
            found.append(Draft(BlockKind.TEXT, " ".join(added[index]), None))
    return found


def _is_tall(piece: Piece) -> bool:
    return not piece.rotated and piece.box.bottom - piece.box.top > _TALL * piece.size


def _squeezed(texts: Iterable[str]) -> str:
    return signs_of("".join(texts)).casefold()


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
