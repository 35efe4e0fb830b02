"""Blocks that are one paragraph: liteparse breaks one where a line begins in other letters."""

import re

from gristmill.pipeline.parsers.pages.layout.blocks.captions import begins_caption
from gristmill.pipeline.parsers.pages.layout.blocks.drafts import RUNNING_TEXT, Draft
from gristmill.pipeline.parsers.pages.layout.blocks.lines import NUMBERED
from gristmill.pipeline.parsers.pages.layout.whole.broken_words import BREAK
from gristmill.schemas.outcomes.structure import BlockKind

_SENTENCE_ENDS = ".!?:;。！？"
_CLOSING = "\"')]”’»"
_FULL = 0.6
_TO_THE_END = 0.94
"""Of the width of a paragraph: a line that ends later has no room for another word."""
_NEAR = 0.9
_INSET, _HANGING = 3.0, 0.6
"""Of a line's height: as far a line may begin from where its paragraph does; to its right only
where it is the first."""
_ONE_SIZE, _RUN_IN_SIZE = 0.08, 0.25
_FEWEST_WORDS = 4
_OPENS = re.compile(r"[^\W_]|[(\[\"'“‘«$]")


def continues(one: Draft, other: Draft, *, run_in: bool = False) -> bool:
    """Whether a paragraph goes on in the next block. `run_in`: its first line was taken for a
    heading, for it begins in bold letters."""
    if one.kind is not BlockKind.TEXT or other.kind is not BlockKind.TEXT:
        return False
    if not is_below(one, other) or one.text.rstrip(_CLOSING)[-1:] in _SENTENCE_ENDS:
        return False
    is_short = min(len(one.lines), len(other.lines)) == 1
    slack = _RUN_IN_SIZE if is_short and (one.bold != other.bold or run_in) else _ONE_SIZE
    if abs(one.size - other.size) > slack * max(one.size, other.size):
        return False
    if begins_small(other) or (one.bold and not other.bold and fills(one, other)):
        return True
    if begins_caption(other.text) or NUMBERED.match(other.text) or not _OPENS.match(other.text):
        return False
    return (run_in and not other.bold) or _is_cut(one, other)


def begins_small(draft: Draft) -> bool:
    return draft.text[:1].islower() and NUMBERED.match(draft.text) is None


def fills(draft: Draft, after: Draft) -> bool:
    """Whether a line is about as long as the paragraph below it is wide."""
    if draft.box is None or after.box is None:
        return False
    return draft.box.right - after.box.left >= _FULL * (after.box.right - after.box.left)


def is_below(one: Draft, other: Draft) -> bool:
    """Whether a block begins where the next line of the other one would be."""
    if not one.lines or not other.lines:
        return False
    last, first = one.lines[-1].box, other.lines[0].box
    height = last.bottom - last.top
    gap = first.top - last.bottom
    inset = abs(first.left - min(line.box.left for line in one.lines))
    return -0.5 * height <= gap <= _NEAR * height and inset <= _INSET * height


def is_text(draft: Draft | None) -> bool:
    return draft is not None and draft.kind in RUNNING_TEXT


def merged(one: Draft, other: Draft) -> Draft:
    """Both as one paragraph."""
    both = one.of_lines([*one.lines, *other.lines])
    text = one.text.rstrip()
    if text.endswith("-") and text[-2:-1].isalnum() and other.text[:1].isalnum():
        return both._replace(text=f"{text[:-1]}{BREAK}{other.text}")
    return both._replace(text=f"{text} {other.text}")


def _is_cut(one: Draft, other: Draft) -> bool:
    """Whether a paragraph ends in the midst of a sentence, in a line that is full, and the next
    block begins where its lines do."""
    last, first = one.lines[-1], other.lines[0]
    if len(one.lines) + len(other.lines) < _FEWEST_WORDS or one.bold != other.bold:
        return False
    if len(last.text.split()) < _FEWEST_WORDS:
        return False
    lines = [*one.lines, *other.lines]
    left, right = min(line.box.left for line in lines), max(line.box.right for line in lines)
    height = last.box.bottom - last.box.top
    is_full = last.box.right - left >= _TO_THE_END * (right - left)
    return is_full and first.box.left - left <= _HANGING * height
