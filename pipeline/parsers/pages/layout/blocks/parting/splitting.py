"""Blocks in which liteparse has put together what is set apart on the page."""

from collections.abc import Iterator, Sequence

from gristmill.pipeline.parsers.pages.layout.blocks.captions import begins_caption
from gristmill.pipeline.parsers.pages.layout.blocks.drafts import RUNNING_TEXT, Draft
from gristmill.pipeline.parsers.pages.layout.blocks.lines import TextLine, is_numbered_heading
from gristmill.schemas.outcomes.structure import BlockKind

_OTHER_SIZE = 0.08
_SET_APART = 0.75
"""Of a line's height: a wider gap parts two lines of a heading, and a caption from a text."""
_CAPTION_LINES = 4
_SHORT = 0.8


def split(draft: Draft) -> Iterator[Draft]:
    """The draft, or several in its place."""
    if draft.kind not in RUNNING_TEXT or len(draft.lines) < 2:
        yield draft
        return
    starts = [0, *(n for n in range(1, len(draft.lines)) if _begins_another(draft, n))]
    if len(starts) == 1:
        yield draft
        return
    for start, end in zip(starts, [*starts[1:], len(draft.lines)], strict=True):
        lines = draft.lines[start:end]
        is_heading = draft.kind is BlockKind.HEADING and _alike(draft.lines[0], lines[0])
        is_heading = is_heading or (len(lines) == 1 and is_numbered_heading(lines[0]))
        yield draft.of_lines(lines, BlockKind.HEADING if is_heading else BlockKind.TEXT)


def _begins_another(draft: Draft, number: int) -> bool:
    before, line = draft.lines[number - 1], draft.lines[number]
    if not _alike(before, line) and begins_caption(line.text):
        return True
    if _other_size(before, line) or _ends_caption(draft.lines, number):
        return True
    if draft.kind is BlockKind.HEADING:
        gap = line.box.top - before.box.bottom
        return before.bold != line.bold or gap > _SET_APART * (line.box.bottom - line.box.top)
    is_numbered, was_numbered = is_numbered_heading(line), is_numbered_heading(before)
    if is_numbered != was_numbered:
        return _is_short(draft.lines, number + is_numbered)
    return before.bold and not line.bold and number <= 2 and _is_short(draft.lines, number)


def _ends_caption(lines: Sequence[TextLine], number: int) -> bool:
    """Whether a caption stands before this line, and a wider gap than between the lines of the
    paragraph that it begins."""
    if number > _CAPTION_LINES or number + 1 == len(lines):
        return False
    before, line, after = (lines[place].box for place in (number - 1, number, number + 1))
    most = _SET_APART * (line.bottom - line.top)
    is_apart = after.top - line.bottom <= most < line.top - before.bottom
    return is_apart and begins_caption(lines[0].text)


def _is_short(lines: Sequence[TextLine], number: int) -> bool:
    """Whether there was room for more in the line before this one, as at the end of a heading."""
    right = max(line.box.right for line in lines)
    left = min(line.box.left for line in lines)
    return lines[number - 1].box.right - left < _SHORT * (right - left)


def _alike(one: TextLine, other: TextLine) -> bool:
    return (one.bold, one.italic) == (other.bold, other.italic) and not _other_size(one, other)


def _other_size(one: TextLine, other: TextLine) -> bool:
    if abs(one.size - other.size) <= _OTHER_SIZE * max(one.size, other.size):
        return False
    return min(sum(map(str.isalpha, one.text)), sum(map(str.isalpha, other.text))) >= 3
