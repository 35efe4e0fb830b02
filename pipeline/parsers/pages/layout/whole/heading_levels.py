"""The levels of headings, from what the document says of them and from what they look like."""

import re
from collections import Counter
from collections.abc import Sequence

from gristmill.pipeline.paging.paged_shapes import PageBlock

Look = tuple[float, bool, bool]
"""Size in halves of a point, bold, italic."""

MAX_LEVEL = 6
_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{1,3}){0,4})[.)]?\s")
_ONE_SIZE = 1.06
"""Sizes that differ by less are one."""


def look_of(block: PageBlock) -> Look:
    return round(block.size * 2) / 2, block.bold, block.italic


def levels_of(headings: Sequence[PageBlock], known: Sequence[int]) -> list[int]:
    """A level for each heading, from 1. `known` is what the outline or the tag tree say, 0 for
    nothing: others of that look are of that level. Else the depth of its number counts, and at
    last its size among the sizes of headings."""
    said: dict[Look, Counter[int]] = {}
    for heading, level in zip(headings, known, strict=True):
        if level:
            said.setdefault(look_of(heading), Counter())[level] += 1
    numbered = _numbered(headings)
    ranks = _ranks(headings, numbered)
    levels = []
    for heading, level in zip(headings, known, strict=True):
        look = look_of(heading)
        if not level and look in said:
            level = said[look].most_common(1)[0][0]
        if not level and look in numbered:
            level = _depth(heading) or numbered[look]
        levels.append(min(max(1, level or ranks[look]), MAX_LEVEL))
    return levels


def _depth(heading: PageBlock) -> int:
    match = _NUMBER.match(heading.text)
    return match[1].count(".") + 1 if match else 0


def _numbered(headings: Sequence[PageBlock]) -> dict[Look, int]:
    """The looks of which most headings have numbers, with the least depth of these."""
    depths: dict[Look, list[int]] = {}
    for heading in headings:
        depths.setdefault(look_of(heading), []).append(_depth(heading))
    return {
        look: min(filter(None, each))
        for look, each in depths.items()
        if sum(map(bool, each)) * 2 > len(each) and len(headings) > 1
    }


def _ranks(headings: Sequence[PageBlock], numbered: dict[Look, int]) -> dict[Look, int]:
    """The level of each look: larger before smaller, bold before plain. What is larger than a
    numbered heading is at least as far out, what is smaller is farther in."""
    looks = sorted({look_of(each) for each in headings}, key=lambda look: (-look[0], not look[1]))
    ranks: dict[Look, int] = {}
    rank, before = 0, (0.0, False, False)
    for look in looks:
        if not rank or look[0] * _ONE_SIZE < before[0] or look[1:] != before[1:]:
            rank += 1
            before = look
        smaller = [level for other, level in numbered.items() if other[0] <= look[0]]
        larger = [level for other, level in numbered.items() if other[0] > look[0]]
        if smaller:
            rank = min(rank, max(1, min(smaller)))
        elif larger:
            rank = max(rank, max(larger) + 1)
        ranks[look] = rank
    return ranks
