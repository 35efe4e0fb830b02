"""The tag tree of a page (PDF 1.7, 14.8): which of its text its author called a heading."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_HEADING = re.compile(r"H([1-6])?|Title")
_MOST = 20_000
_MOSTLY = 0.8


def heading_marks(roots: Iterable[Any]) -> dict[int, int]:
    """The levels of headings by the numbers of their marked contents; 1 for one without level."""
    levels: dict[int, int] = {}
    waiting = [(root, 0) for root in roots]
    for _ in range(_MOST):
        if not waiting:
            break
        element, level = waiting.pop()
        if match := _HEADING.fullmatch(element.element_type):
            level = int(match[1] or 1)
        if level:
            levels.update(dict.fromkeys(element.marked_content_ids, level))
        waiting += [(child, level) for child in element.children]
    return levels


def level_of(marks: Sequence[tuple[int, int]], levels: Mapping[int, int]) -> int:
    """The level of a block whose lines have these marks and numbers of letters; 0 for most."""
    found: Counter[int] = Counter()
    for mark, letters in marks:
        found[levels.get(mark, 0)] += letters
    if not found:
        return 0
    level, letters = found.most_common(1)[0]
    return level if letters >= _MOSTLY * found.total() else 0
