"""Headings that go on in a second line, which liteparse takes for another one."""

from collections.abc import Iterable, Iterator

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft
from gristmill.pipeline.parsers.pages.layout.blocks.lines import NUMBERED
from gristmill.schemas.outcomes.structure import BlockKind, Box

_NEAR = 0.55
"""Of a line's height: lines of one heading are no farther apart."""
_OTHER_SIZE = 0.1
_ALIGNED = 0.5
_MOST_CHARS = 300


def unwrapped(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """The same drafts; lines of one heading are one."""
    held: Draft | None = None
    for draft in drafts:
        if held is not None and _goes_on(held, draft):
            text = f"{held.text} {draft.text}"
            held = held.of_lines([*held.lines, *draft.lines])._replace(text=text)
            continue
        if held is not None:
            yield held
        held = draft
    if held is not None:
        yield held


def _goes_on(one: Draft, other: Draft) -> bool:
    if one.kind is not BlockKind.HEADING or other.kind is not BlockKind.HEADING:
        return False
    if not one.lines or not other.lines or one.bold != other.bold:
        return False
    if (
        NUMBERED.match(other.text)
        or one.text[-1:] in ".:?!"
        or one.text.isupper() != other.text.isupper()
    ):
        return False
    last, first = one.lines[-1], other.lines[0]
    height = last.box.bottom - last.box.top
    gap = first.box.top - last.box.bottom
    close = -0.5 * height <= gap <= _NEAR * height
    alike = abs(last.size - first.size) <= _OTHER_SIZE * max(last.size, first.size)
    short = len(one.text) + len(other.text) <= _MOST_CHARS
    return close and alike and short and _aligned(last.box, first.box, height)


def _aligned(one: Box, other: Box, height: float) -> bool:
    """At their left ends, in their middles, or at their right ends."""
    slack = _ALIGNED * height
    middles = (one.left + one.right) / 2 - (other.left + other.right) / 2
    return min(abs(one.left - other.left), abs(middles), abs(one.right - other.right)) <= slack
