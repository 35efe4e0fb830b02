"""Hyphens at line ends: liteparse drops most of them, also those that belong to their words."""

import re
from collections.abc import Sequence
from itertools import pairwise

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft
from gristmill.pipeline.parsers.pages.layout.whole.broken_words import BREAK
from gristmill.schemas.outcomes.structure import BlockKind

_FIRST = re.compile(r"[^\W_]+")
_LAST = re.compile(r"([^\W_]+)-$")


def with_breaks(drafts: Sequence[Draft]) -> list[Draft]:
    """The same blocks, with BREAK for each hyphen at a line end inside of them."""
    return [_marked(draft) for draft in drafts]


def _marked(draft: Draft) -> Draft:
    if draft.kind is BlockKind.TABLE:
        return draft
    text, start = draft.text, 0
    for before, line in pairwise(draft.lines):
        if not before.text.endswith("-"):
            continue
        last, first = _LAST.search(before.text), _FIRST.match(line.text)
        if last is None or first is None:
            continue
        match = re.compile(f"{last[1]}(-? ?){first[0]}").search(text, start)
        if match is not None:
            start = match.start(1)
            text = f"{text[:start]}{BREAK}{text[match.end(1) :]}"
    return draft._replace(text=text) if text != draft.text else draft
