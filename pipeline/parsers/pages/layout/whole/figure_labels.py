"""Labels of figures, which are set apart as headings are, and head nothing."""

from collections.abc import Collection, Iterator, Sequence

from gristmill.pipeline.paging.paged_shapes import PageBlock
from gristmill.schemas.outcomes.structure import BlockKind

_LONGEST = 60
_KINDS = frozenset({BlockKind.TEXT, BlockKind.HEADING})


def labels_in(blocks: Sequence[tuple[int, PageBlock]], known: Collection[int]) -> Iterator[int]:
    """The indexes of short blocks that stand between others and the caption of a figure: all but
    the first of each run, which may be the heading that the figure is below of. What is `known`
    to be a heading ends a run."""
    for index, (page, block) in enumerate(blocks):
        if block.kind is not BlockKind.CAPTION:
            continue
        at = index
        while at and blocks[at - 1][0] == page and _is_short(blocks[at - 1][1]):
            if at - 1 in known:
                break
            at -= 1
        yield from range(at + 1, index)


def _is_short(block: PageBlock) -> bool:
    return block.kind in _KINDS and len(block.text) <= _LONGEST
