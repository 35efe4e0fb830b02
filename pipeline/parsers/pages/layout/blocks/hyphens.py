"""Hyphens at line ends that belong to their words: liteparse joins all of them."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft
from gristmill.pipeline.parsers.pages.layout.placed.reading import Piece
from gristmill.schemas.outcomes.structure import BlockKind

_COMPOUND = re.compile(r"[^\W_]+(?:-[^\W_]+)+")
_FIRST = re.compile(r"[^\W_]+")
_LAST = re.compile(r"([^\W_]+)-$")


def compounds_of(pieces: Iterable[Piece]) -> frozenset[str]:
    """The words with a hyphen that stand inside of lines, folded."""
    text = "\n".join(piece.text for piece in pieces if "-" in piece.text)
    return frozenset(word.casefold() for word in _COMPOUND.findall(text))


def with_hyphens(drafts: Sequence[Draft], compounds: frozenset[str]) -> list[Draft]:
    """The same blocks; a word that a line end cuts at its own hyphen has it again: if the page has
    the word with it elsewhere, or it follows a capital or a figure."""
    return [_mended(draft, compounds) for draft in drafts]


def _mended(draft: Draft, compounds: frozenset[str]) -> Draft:
    if draft.kind is BlockKind.TABLE:
        return draft
    text = draft.text
    for before, line in pairwise(draft.lines):
        if not before.text.endswith("-"):
            continue
        last, first = _LAST.search(before.text), _FIRST.match(line.text)
        if last is None or first is None:
            continue
        whole = f"{last[1]}-{first[0]}"
        if whole.casefold() in compounds or not last[1][-1].islower():
            text = text.replace(last[1] + first[0], whole, 1)
    return draft._replace(text=text) if text != draft.text else draft
