"""Paragraphs that begin in bold letters: their first line is no heading."""

import re
from collections.abc import Iterator, Sequence

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft, Witness
from gristmill.pipeline.parsers.pages.layout.blocks.parting.continuing import (
    begins_small,
    continues,
    fills,
    is_below,
    is_text,
    merged,
)
from gristmill.schemas.outcomes.structure import BlockKind

_NUMBER = re.compile(r"(?:\(?(?:\d+|[a-zA-Z]|[ivxlIVXL]+)(?:\.\d+)*[.):]?\s+)?")
_GOES_ON = re.compile(r"\S[.:?!—–]\s+\S")
_PROBES = (0.3, 0.8, 1.3, 2.0)
"""How far from the end of a line, in ems, its last letters are looked for."""


def without_run_ins(drafts: Sequence[Draft], number: int, witness: Witness) -> Iterator[Draft]:
    """Headings that are beginnings of paragraphs, and paragraphs whose first lines were set apart
    because they are bold, are one with what follows."""
    held: Draft | None = None
    is_run_in = False
    for index, draft in enumerate(drafts):
        after = drafts[index + 1] if index + 1 < len(drafts) else None
        was_run_in = is_run_in
        is_run_in = draft.kind is BlockKind.HEADING and _is_run_in(draft, after, number, witness)
        if is_run_in:
            draft = draft._replace(kind=BlockKind.TEXT, level=0)
        if held is not None and continues(held, draft, run_in=was_run_in):
            draft = merged(held, draft)
        elif held is not None:
            yield held
        held = draft
    if held is not None:
        yield held


def _is_run_in(draft: Draft, after: Draft | None, number: int, witness: Witness) -> bool:
    if not draft.bold or not draft.lines:
        return False
    last = draft.lines[-1]
    below = after is not None and is_text(after) and is_below(draft, after)
    words = _NUMBER.sub("", draft.text, count=1)
    suspicious = _GOES_ON.search(words) is not None
    if after is not None and below:
        if begins_small(after) and after.bold:
            return True
        suspicious = suspicious or begins_small(after) or fills(draft, after)
    if not suspicious:
        return False
    middle = (last.box.top + last.box.bottom) / 2
    for ems in _PROBES:
        is_bold = witness.is_bold(number, last.box.right - ems * last.size, middle)
        if is_bold is not None:
            return not is_bold
    return False
