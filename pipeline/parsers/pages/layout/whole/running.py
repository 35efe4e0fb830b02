"""Headers and footers: what stands in the same place of several pages."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from gristmill.pipeline.paging.paged_shapes import PageBlock
from gristmill.pipeline.parsers.pages.layout.whole.headings import Blocks
from gristmill.schemas.outcomes.structure import BlockKind

_OUTERMOST = 3
"""So many blocks from the top, and from the bottom, of a page may be its header or footer."""
_SAME_PLACE = 8.0
"""In points."""
_MOST_LINES = 3
_MOST_CHARS = 200
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b")
_DIGITS = re.compile(r"\d+")
_MOST_DIGITS = 9
_MOSTLY = 0.7
_TITLE_WORDS = 4
_KINDS = frozenset({BlockKind.TEXT, BlockKind.HEADING, BlockKind.FOOTNOTE})


def with_running(blocks: Blocks) -> Blocks:
    """The same blocks; those that repeat at the edges of pages are headers and footers. Numbers
    may differ from page to page."""
    if not blocks or blocks[0][0] == blocks[-1][0]:
        return blocks  # of one page
    places: dict[tuple[str, bool], list[tuple[float, int, int]]] = defaultdict(list)
    pages: dict[int, list[int]] = defaultdict(list)
    for index, (page, _) in enumerate(blocks):
        pages[page].append(index)
    for page, indexes in pages.items():
        for index, is_top, top in _edges(blocks, indexes):
            key = _NUMBER.sub("#", " ".join(blocks[index][1].text.casefold().split()))
            places[key, is_top].append((top, page, index))
    kinds: dict[int, BlockKind] = {}
    for (_, is_top), found in places.items():
        repeated = _repeated(found, len(pages))
        if _counts_pages([(blocks[index][1].text, blocks[index][0]) for index in repeated]):
            kinds.update(dict.fromkeys(repeated, BlockKind.HEADER if is_top else BlockKind.FOOTER))
    if not _has_more(blocks, kinds):
        return blocks
    return [
        (page, msgspec.structs.replace(block, kind=kinds[index], level=0))
        if index in kinds
        else (page, block)
        for index, (page, block) in enumerate(blocks)
    ]


def _has_more(blocks: Blocks, kinds: dict[int, BlockKind]) -> bool:
    """Whether most of a document is neither header nor footer: else its pages are alike, and what
    they say is that."""
    chars = [0, 0]
    for index, (_, block) in enumerate(blocks):
        chars[index in kinds] += len(block.text)
    return chars[False] >= chars[True]


def _counts_pages(found: Sequence[tuple[str, int]]) -> bool:
    """Whether the numbers in a line that repeats are the same on most pages, or those of the pages:
    else each line says something of its own. `found` are lines with the numbers of their pages."""
    rows = [(_DIGITS.findall(text), page) for text, page in found]
    width = min((len(numbers) for numbers, _ in rows), default=0)
    is_title = all(len(text.split()) >= _TITLE_WORDS for text, _ in found)
    for place in range(width):
        values = [int(numbers[place][-_MOST_DIGITS:]) for numbers, _ in rows]
        less = [value - page for value, (_, page) in zip(values, rows, strict=True)]
        most = max(Counter(each).most_common(1)[0][1] for each in (values, less))
        is_page = is_title and place in (0, width - 1) and _rises(values, rows)
        if most < _MOSTLY * len(rows) and not is_page:
            return False
    return True


def _rises(values: Sequence[int], rows: Sequence[tuple[list[str], int]]) -> bool:
    """Whether numbers grow from page to page, as in an extract of some pages of a book."""
    ordered = [value for _, value in sorted(zip((page for _, page in rows), values, strict=True))]
    return all(one < other for one, other in pairwise(ordered))


def _edges(blocks: Blocks, indexes: Iterable[int]) -> list[tuple[int, bool, float]]:
    """The outermost short blocks of a page: index, whether it is at the top, and its place."""
    boxed = [(box.top, index) for index in indexes if (box := blocks[index][1].box) is not None]
    boxed.sort()
    if not boxed:
        return []
    edges = []
    for place, (top, index) in enumerate(boxed):
        from_bottom = len(boxed) - 1 - place
        if min(place, from_bottom) < _OUTERMOST and _may_run(blocks[index][1]):
            is_top = place < from_bottom or (place == from_bottom and top < _MIDDLE)
            edges.append((index, is_top, top))
    return edges


_MIDDLE = 400.0


def _may_run(block: PageBlock) -> bool:
    if block.kind is BlockKind.LIST and block.lines == 1:
        return len(block.text) <= _MOST_CHARS
    return block.kind in _KINDS and block.lines <= _MOST_LINES and len(block.text) <= _MOST_CHARS


def _repeated(found: list[tuple[float, int, int]], pages: int) -> list[int]:
    """Those that are in one place on several pages; on two only where there are no more."""
    least = 2 if pages < 6 else 3
    found.sort()
    repeated: list[int] = []
    start = 0
    for end in range(1, len(found) + 1):
        if end < len(found) and found[end][0] - found[end - 1][0] <= _SAME_PLACE:
            continue
        group = found[start:end]
        if len({page for _, page, _ in group}) >= least:
            repeated += [index for _, _, index in group]
        start = end
    return repeated
