"""Where one paragraph ends and the next begins: liteparse puts several into one block."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median_low

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft
from gristmill.pipeline.parsers.pages.layout.blocks.lines import TextLine
from gristmill.schemas.outcomes.structure import BlockKind

_KINDS = frozenset({BlockKind.TEXT, BlockKind.LIST})
_WIDER, _MUCH_WIDER = 0.35, 0.75
"""Of a line's height: so much more than the usual gap parts two paragraphs; the second where the
line before it is full and ends no sentence."""
_LEAST_INDENT, _MOST_INDENT = 0.8, 5.0
"""Ems: how far the first line of a paragraph is set in."""
_FEW = 0.4
_FULL = 0.85
_MOSTLY_FULL = 0.6
_ENDS = ".!?:;。！？…"
_CLOSING = "\"')]”’»*"
_PROBE = 24
"""Characters of a line by which it is found in the text of its block."""
_NEAR = 40


def paragraphs(draft: Draft) -> Iterator[Draft]:
    """The draft, or the paragraphs that it is made of. What stands below an item of a list, and
    apart from it, is no part of it."""
    starts = _starts(draft) if draft.kind in _KINDS and len(draft.lines) > 1 else []
    places = _places(draft, starts) if starts else []
    if not places:
        yield draft
        return
    cuts = [(0, 0), *places, (len(draft.lines), len(draft.text))]
    for (start, first), (end, last) in pairwise(cuts):
        text = draft.text[first:last].strip()
        kind = draft.kind if start == 0 else BlockKind.TEXT
        if text:
            yield draft.of_lines(draft.lines[start:end], kind)._replace(text=text)


def _starts(draft: Draft) -> list[int]:
    """The numbers of the lines with which a further paragraph begins."""
    lines = draft.lines
    gaps = _wider(lines)
    right = max(line.box.right for line in lines)
    if not gaps:
        return []
    wide = {n for n, wider in enumerate(gaps, 1) if wider > 0 and _parts(lines, n, wider, right)}
    if draft.kind is BlockKind.LIST:
        left = lines[0].box.left
        return sorted(n for n in wide if lines[n].box.left <= left + _height(lines[n]) / 2)
    if any(_ends(line) for line in lines[:-1]):
        wide |= _indented(lines) | _after_short(lines)
    return sorted(wide)


def _wider(lines: Sequence[TextLine]) -> list[float]:
    """By how much each line but the first is farther from the one before it than is usual, from top
    to top, from end to end, and between the two; none where they are not one below the other."""
    pairs = list(pairwise(lines))
    tops = [line.box.top - before.box.top for before, line in pairs]
    ends = [line.box.bottom - before.box.bottom for before, line in pairs]
    gaps = [line.box.top - before.box.bottom for before, line in pairs]
    if min(tops) <= 0:
        return []
    usual = [median_low(each) for each in (tops, ends, gaps)]
    return [
        min(found - most for found, most in zip(each, usual, strict=True))
        for each in zip(tops, ends, gaps, strict=True)
    ]


def _parts(lines: Sequence[TextLine], number: int, wider: float, right: float) -> bool:
    """Whether a line begins a paragraph, for the gap above it is so much wider than is usual."""
    before, line = lines[number - 1], lines[number]
    height = _height(line)
    if wider <= _WIDER * height or line.text[:1].islower():
        return wider > _MUCH_WIDER * height and _ends(before)
    is_full = right - before.box.right <= _first_word(line)
    return _ends(before) or not is_full or wider > _MUCH_WIDER * height


def _indented(lines: Sequence[TextLine]) -> set[int]:
    """Lines that are set in, each below the end of a sentence."""
    left = min(line.box.left for line in lines)
    found = set()
    for number in range(1, len(lines)):
        line = lines[number]
        inset = (line.box.left - left) / (line.size or _height(line))
        goes_back = number + 1 == len(lines) or lines[number + 1].box.left - left < line.size / 2
        is_set_in = _LEAST_INDENT <= inset <= _MOST_INDENT and goes_back
        if is_set_in and _ends(lines[number - 1]) and not line.text[:1].islower():
            found.add(number)
    return found if len(found) <= max(1, _FEW * len(lines)) else set()


def _after_short(lines: Sequence[TextLine]) -> set[int]:
    """Lines whose first word would have had room at the end of the line before."""
    left, right = min(line.box.left for line in lines), max(line.box.right for line in lines)
    full = sum(line.box.right - left >= _FULL * (right - left) for line in lines)
    if full < _MOSTLY_FULL * len(lines):
        return set()
    return {
        number
        for number, (before, line) in enumerate(pairwise(lines), 1)
        if _ends(before)
        and not line.text[:1].islower()
        and right - before.box.right > _first_word(line) + line.size
        and line.box.left - left < line.size / 2
    }


def _first_word(line: TextLine) -> float:
    """How wide it is, in points."""
    word = line.text.split(" ", 1)[0]
    return len(word) * (line.box.right - line.box.left) / max(1, len(line.text))


def _ends(line: TextLine) -> bool:
    return line.text.rstrip(_CLOSING)[-1:] in _ENDS


def _height(line: TextLine) -> float:
    return line.box.bottom - line.box.top


def _places(draft: Draft, starts: Sequence[int]) -> list[tuple[int, int]]:
    """Each of these lines with where it begins in the text: as near as may be to where it would if
    the text were that of its lines. Those that are not found are left out."""
    found: list[tuple[int, int]] = []
    passed, said = 0, 0
    lengths = [len(line.text) + 1 for line in draft.lines]
    for start in starts:
        expected = said + sum(lengths[passed:start])
        probe = draft.lines[start].text[:_PROBE]
        place = _nearest(draft.text, probe, expected, said)
        if place > 0:
            found.append((start, place))
            passed, said = start, place
    return found


def _nearest(text: str, probe: str, expected: int, least: int) -> int:
    slack = _NEAR + (expected - least) // 4
    place = text.find(probe, max(least + 1, expected - slack), expected + slack + len(probe))
    best = place
    while place >= 0:
        if abs(place - expected) < abs(best - expected):
            best = place
        place = text.find(probe, place + 1, expected + slack + len(probe))
    return best
