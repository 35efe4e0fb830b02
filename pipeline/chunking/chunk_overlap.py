"""How far a chunk reaches back into the one before it."""

from bisect import bisect_left

from gristmill.pipeline.normalise import Normalised
from gristmill.pipeline.shapes import BlockKind

_BREAKS = ("\n\n", "\n", ". ", "! ", "? ", " ")


def overlap_start(normalised: Normalised, before: int, start: int, reach: int) -> int:
    """Where a chunk that continues at `start` begins, no earlier than `reach`.

    The start of a paragraph, line, sentence or word, the first kind there is; after `before`,
    the start of the preceding chunk. In a table only a row's start will do. Without any, there
    is no overlap.
    """
    lowest = max(before + 1, reach)
    if lowest >= start:
        return start
    text = normalised.text
    breaks = ("\n",) if _reaches_table(normalised, lowest, start) else _BREAKS
    for mark in breaks:
        found = text.find(mark, lowest - 1 if len(mark) == 1 else lowest, start)
        begin = found + len(mark)
        if found >= 0 and begin < start and not text[begin:start].isspace():
            return begin
    return start


def _reaches_table(normalised: Normalised, lowest: int, start: int) -> bool:
    """Whether any part of a table is between the two offsets."""
    spans = normalised.spans
    index = bisect_left(spans, (start,)) - 1
    while index >= 0 and spans[index].end > lowest:
        if spans[index].kind is BlockKind.TABLE:
            return True
        index -= 1
    return False
