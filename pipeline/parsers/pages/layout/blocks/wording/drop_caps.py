"""Large first letters: each belongs to the word that begins beside it."""

import re
from collections.abc import Sequence

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import RUNNING_TEXT, Draft
from gristmill.pipeline.parsers.pages.layout.placed.placing import union
from gristmill.schemas.outcomes.structure import Box

_LARGER = 1.5
_LINE = 1.3
"""Times its size: as high is a line."""
_APART = re.compile(r"[^\W\d_] [^\W\d_]")
_NEAR = 1.5
"""Of the letter's width."""
_AROUND = 4
"""So many blocks before and after it are looked at."""


def with_first_letters(drafts: Sequence[Draft]) -> list[Draft]:
    """The same blocks, without those that are one letter of another."""
    found = [_whole_word(draft) for draft in drafts]
    gone: set[int] = set()
    for index, draft in enumerate(drafts):
        if not _is_letter(draft):
            continue
        near = [*range(index + 1, index + 1 + _AROUND), *range(index - 1, index - 1 - _AROUND, -1)]
        for other in near:
            if 0 <= other < len(found) and other not in gone and _belongs(draft, found[other]):
                found[other] = _joined(draft, found[other])
                gone.add(index)
                break
    return [draft for index, draft in enumerate(found) if index not in gone]


def _whole_word(draft: Draft) -> Draft:
    """Its first letter and the word that it belongs to, where liteparse has both in one block."""
    if not draft.lines or not _APART.match(draft.text):
        return draft
    first = draft.lines[0].box
    usual = _LINE * draft.lines[0].size
    if len(draft.lines) > 1:
        usual = draft.lines[1].box.bottom - draft.lines[1].box.top
    is_large = first.bottom - first.top > _LARGER * usual
    return draft._replace(text=draft.text[0] + draft.text[2:]) if is_large else draft


def _is_letter(draft: Draft) -> bool:
    return draft.kind in RUNNING_TEXT and len(draft.text) == 1 and draft.text.isupper()


def _belongs(letter: Draft, draft: Draft) -> bool:
    """Whether a block begins with the rest of a word, right of the letter and not below it."""
    if draft.kind not in RUNNING_TEXT or not draft.lines or letter.box is None:
        return False
    if not draft.text[:1].islower() or letter.size < _LARGER * draft.size:
        return False
    first: Box = draft.lines[0].box
    middle = (first.top + first.bottom) / 2
    width = letter.box.right - letter.box.left
    beside = -width <= first.left - letter.box.right <= _NEAR * width
    return beside and letter.box.top <= middle <= letter.box.bottom


def _joined(letter: Draft, draft: Draft) -> Draft:
    boxes = [box for box in (letter.box, draft.box) if box is not None]
    return draft._replace(text=letter.text + draft.text.lstrip(), box=union(boxes))
