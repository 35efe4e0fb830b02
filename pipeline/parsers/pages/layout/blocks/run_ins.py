"""Paragraphs that begin in bold letters: their first line is no heading."""

import re
from collections.abc import Iterator, Sequence

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import RUNNING_TEXT, Draft, Witness
from gristmill.pipeline.parsers.pages.layout.blocks.lines import NUMBERED
from gristmill.schemas.outcomes.structure import BlockKind

_NUMBER = re.compile(r"(?:\(?(?:\d+|[a-zA-Z]|[ivxlIVXL]+)(?:\.\d+)*[.):]?\s+)?")
_GOES_ON = re.compile(r"\S[.:?!—–]\s+\S")
_FULL = 0.6
_PROBES = (0.3, 0.8, 1.3, 2.0)
"""How far from the end of a line, in ems, its last letters are looked for."""
_SENTENCE_ENDS = ".!?:;。！？"
_CLOSING = "\"')]”’»"
_NEAR = 0.9
_INSET = 3.0
"""Of a line's height: as far a line may begin from where its paragraph does."""


def without_run_ins(drafts: Sequence[Draft], number: int, witness: Witness) -> Iterator[Draft]:
    """Headings that are beginnings of paragraphs, and paragraphs whose first lines were set apart
    because they are bold, are one with what follows."""
    held: Draft | None = None
    for index, draft in enumerate(drafts):
        after = drafts[index + 1] if index + 1 < len(drafts) else None
        if draft.kind is BlockKind.HEADING and _is_run_in(draft, after, number, witness):
            draft = draft._replace(kind=BlockKind.TEXT, level=0)
        if held is not None and _continues(held, draft):
            draft = _merged(held, draft)
        elif held is not None:
            yield held
        held = draft
    if held is not None:
        yield held


def _is_run_in(draft: Draft, after: Draft | None, number: int, witness: Witness) -> bool:
    if not draft.bold or not draft.lines:
        return False
    last = draft.lines[-1]
    below = after is not None and after.kind in RUNNING_TEXT and _is_below(draft, after)
    words = _NUMBER.sub("", draft.text, count=1)
    suspicious = _GOES_ON.search(words) is not None
    if after is not None and below:
        suspicious = suspicious or _begins_small(after) or _fills(draft, after)
        if _begins_small(after) and after.bold:
            return True
    if not suspicious:
        return False
    middle = (last.box.top + last.box.bottom) / 2
    for ems in _PROBES:
        is_bold = witness.is_bold(number, last.box.right - ems * last.size, middle)
        if is_bold is not None:
            return not is_bold
    return False


def _fills(draft: Draft, after: Draft) -> bool:
    """Whether a line is as long as the paragraph below it is wide."""
    if draft.box is None or after.box is None:
        return False
    return draft.box.right - after.box.left >= _FULL * (after.box.right - after.box.left)


def _continues(one: Draft, other: Draft) -> bool:
    """Whether a paragraph goes on in the next block."""
    if one.kind is not BlockKind.TEXT or other.kind is not BlockKind.TEXT:
        return False
    if not _is_below(one, other) or abs(one.size - other.size) > 0.08 * max(one.size, other.size):
        return False
    if one.text.rstrip(_CLOSING)[-1:] in _SENTENCE_ENDS:
        return False
    return _begins_small(other) or (one.bold and not other.bold and _fills(one, other))


def _begins_small(draft: Draft) -> bool:
    return draft.text[:1].islower() and NUMBERED.match(draft.text) is None


def _is_below(one: Draft, other: Draft) -> bool:
    if not one.lines or not other.lines:
        return False
    last, first = one.lines[-1].box, other.lines[0].box
    height = last.bottom - last.top
    gap = first.top - last.bottom
    inset = abs(first.left - min(line.box.left for line in one.lines))
    return -0.5 * height <= gap <= _NEAR * height and inset <= _INSET * height


def _merged(one: Draft, other: Draft) -> Draft:
    merged = one.of_lines([*one.lines, *other.lines])
    return merged._replace(text=f"{one.text} {other.text}")
