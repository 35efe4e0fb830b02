"""Where on its pages a chunk stands: the boxes of the blocks that it covers."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache

from gristmill.schemas.outcomes.structure import Box, Region, StructureBlock

MOST_REGIONS = 100
"""A chunk of more blocks has one region for each of its pages."""


class Regions:
    """Of any part of the text. Of a block of several lines that is not covered whole, the part of
    its box where the covered lines are, with a line more on either side: lines may be of
    different heights."""

    def __init__(self, structure: Iterable[StructureBlock]) -> None:
        self._blocks = [
            block
            for block in structure
            if block.box is not None and block.page is not None and block.start is not None
        ]
        self._starts = [block.start or 0 for block in self._blocks]

    def __call__(self, start: int, end: int) -> tuple[Region, ...]:
        """The regions of `text[start:end]`, in the order of the text."""
        if not self._blocks:
            return ()
        found = tuple(self._covered(start, end))
        return found if len(found) <= MOST_REGIONS else tuple(_by_page(found))

    def _covered(self, start: int, end: int) -> Iterator[Region]:
        for index in range(max(0, bisect_right(self._starts, start) - 1), len(self._blocks)):
            block = self._blocks[index]
            if self._starts[index] >= end:
                break
            if (block.end or 0) > start and block.page is not None and block.box is not None:
                yield Region(block.page, _part(block, block.box, start, end))


@lru_cache(maxsize=1)
def _line_ends(text: str) -> list[int]:
    """Kept for the next chunk, which is often of the same block: of a very long one, counting
    anew for each of its chunks would be quadratic."""
    return [found.start() for found in re.finditer("\n", text)]


def _part(block: StructureBlock, box: Box, start: int, end: int) -> Box:
    first, last = start - (block.start or 0), end - (block.start or 0)
    if first <= 0 and last >= len(block.text):
        return box
    ends = _line_ends(block.text)
    lines = len(ends) + 1
    above = max(0, bisect_left(ends, first) - 1)
    below = min(lines, bisect_left(ends, last) + 2)
    height = (box.bottom - box.top) / lines
    return box._replace(top=box.top + above * height, bottom=box.top + below * height)


def _by_page(regions: Iterable[Region]) -> Iterator[Region]:
    around: dict[int, Box] = {}
    for page, box in ((region.page, region.box) for region in regions):
        old = around.get(page, box)
        around[page] = Box(
            min(old.left, box.left),
            min(old.top, box.top),
            max(old.right, box.right),
            max(old.bottom, box.bottom),
        )
    return (Region(page, box) for page, box in around.items())
