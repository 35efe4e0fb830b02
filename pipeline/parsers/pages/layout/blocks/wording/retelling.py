"""Text that pdfium reads better than liteparse, taken from the same places of the page.

Scripts that run from right to left: liteparse puts their lines together in the wrong order. Letters
that are set wide apart, as in capitals: it takes the gaps for blanks.
"""

import re
from collections.abc import Iterable, Sequence

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import RUNNING_TEXT, Draft, Witness
from gristmill.pipeline.parsers.pages.layout.placed.reading import Piece
from gristmill.pipeline.parsers.pages.layout.whole.broken_words import BREAK
from gristmill.schemas.outcomes.structure import BlockKind, Box

_FROM_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LETTER = re.compile(r"[^\W\d_]")
_SOME = 0.2
_LONGEST_CAPITALS = 200
_FEWEST, _MOSTLY = 5, 0.6
_FRAGMENT = re.compile(r"(?<![\w.'’-])[^\W\d_]{1,3}(?![\w.'’-])")
_SHORT_WORDS = frozenset(
    {"A", "ALL", "AN", "AND", "ARE", "AS", "AT", "BUT", "BY", "DE", "DER", "DES", "DIE", "DU", "EL"}
    | {"EN", "ET", "FOR", "HOW", "I", "II", "III", "IN", "IS", "IT", "IV", "LA", "LE", "LES", "NEW"}
    | {"NO", "NOT", "OF", "OFF", "ON", "OR", "OUR", "OUT", "PER", "THE", "TO", "UND", "UP", "US"}
    | {"USE", "V", "VI", "VII", "VS", "WHO", "X", "Y", "YOU"}
)
_LINE_ENDS = re.compile(r"[\x02\ufffe]?\r?\n")
_SPACED = RUNNING_TEXT | {BlockKind.LIST, BlockKind.CAPTION}


def runs_from_right(pieces: Iterable[Piece]) -> bool:
    """Whether much of a page is in Hebrew, Arabic or another such script."""
    text = "".join(piece.text for piece in pieces)
    if text.isascii():
        return False
    from_right = len(_FROM_RIGHT.findall(text))
    return from_right > 0 and from_right > _SOME * len(_LETTER.findall(text))


def retold(drafts: Sequence[Draft], number: int, witness: Witness) -> list[Draft]:
    """The same blocks of running text, in pdfium's words."""
    return [_in_other_words(draft, number, witness) for draft in drafts]


def respaced(draft: Draft, number: int, witness: Witness) -> Draft:
    """A line in capitals with the blanks that it has: the same letters, other gaps."""
    if draft.kind not in RUNNING_TEXT or draft.box is None or not draft.text.isupper():
        return draft
    if len(draft.text) > _LONGEST_CAPITALS or not _is_broken(draft.text):
        return draft
    other = _said(draft.box, number, witness)
    if "".join(other.split()) != "".join(draft.text.split()):
        return draft
    return draft._replace(text=other) if other.count(" ") < draft.text.count(" ") else draft


def with_capital(draft: Draft, number: int, witness: Witness) -> Draft:
    """A heading with the capital before it that liteparse drops where the next letter is moved
    close to it."""
    text, box = draft.text, draft.box
    if draft.kind is not BlockKind.HEADING or box is None or not text[:1].islower():
        return draft
    reach = max((line.size for line in draft.lines), default=0.0)
    other = _said(box._replace(left=max(0.0, box.left - reach)), number, witness)
    is_it = other[1:] == text and other[:1].isupper()
    return draft._replace(text=other) if is_it else draft


def _is_broken(text: str) -> bool:
    """Whether there are fragments that are no words, among letters that are."""
    signs = len(text) - text.count(" ")
    if signs == len(text) or sum(map(str.isalpha, text)) < max(_FEWEST, _MOSTLY * signs):
        return False
    return any(word not in _SHORT_WORDS for word in _FRAGMENT.findall(text))


def _in_other_words(draft: Draft, number: int, witness: Witness) -> Draft:
    if draft.kind not in _SPACED or draft.box is None:
        return draft
    return draft._replace(text=_said(draft.box, number, witness) or draft.text)


def _joint(match: re.Match[str]) -> str:
    return " " if match[0][0] in "\r\n" else BREAK


def _said(box: Box, number: int, witness: Witness) -> str:
    return " ".join(_LINE_ENDS.sub(_joint, witness.text(number, box)).split())
