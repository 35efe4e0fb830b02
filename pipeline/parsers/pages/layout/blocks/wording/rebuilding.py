"""A page of which liteparse has dropped much: pdfium's lines in their order, with the headings and
tables that liteparse found among them."""

from collections.abc import Iterator, Sequence

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft
from gristmill.pipeline.parsers.pages.layout.blocks.lines import NUMBERED
from gristmill.pipeline.parsers.pages.layout.placed.signs import signs_of
from gristmill.schemas.outcomes.structure import BlockKind

_ENDS = ".!?:;。！？"
_SET_APART = frozenset({BlockKind.HEADING, BlockKind.TABLE, BlockKind.CAPTION})


def squeezed(text: str) -> str:
    """Its letters and digits, folded."""
    return signs_of(text).casefold()


def rebuilt(drafts: Sequence[Draft], lines: Sequence[str]) -> list[Draft]:
    """The page's blocks, from `lines` in reading order."""
    kept = [draft for draft in drafts if draft.kind in _SET_APART]
    signs = [squeezed(draft.text) for draft in kept]
    found: list[Draft] = []
    paragraph: list[str] = []
    used: set[int] = set()
    for line in filter(str.strip, lines):
        place = _place(squeezed(line), kept, signs)
        if place is None:
            if paragraph and _begins(paragraph[-1], line):
                found.append(_text(paragraph))
                paragraph = []
            paragraph.append(line)
            continue
        if paragraph:
            found.append(_text(paragraph))
            paragraph = []
        if place not in used:
            used.add(place)
            found.append(kept[place])
    return [*found, *([_text(paragraph)] if paragraph else ()), *_unused(kept, used)]


def _place(line: str, kept: Sequence[Draft], signs: Sequence[str]) -> int | None:
    """The block that a line is of. A line in a table has nothing else to say."""
    if not line:
        return None
    for index, draft in enumerate(kept):
        is_much = draft.kind is BlockKind.TABLE or len(line) * 2 >= len(signs[index])
        if is_much and line in signs[index]:
            return index
    return None


def _begins(before: str, line: str) -> bool:
    """Whether a line begins another paragraph."""
    if NUMBERED.match(line):
        return True
    return before.rstrip()[-1:] in _ENDS and not line[:1].islower()


def _text(lines: Sequence[str]) -> Draft:
    return Draft(BlockKind.TEXT, " ".join(" ".join(lines).split()), None)


def _unused(kept: Sequence[Draft], used: set[int]) -> Iterator[Draft]:
    return (draft for index, draft in enumerate(kept) if index not in used)
