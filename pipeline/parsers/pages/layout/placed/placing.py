"""Which pieces of text a block is made of: liteparse does not say."""

from collections.abc import Callable, Sequence

from gristmill.pipeline.parsers.pages.layout.placed.reading import Piece
from gristmill.schemas.outcomes.structure import Box

_SLACK = 1.0
"""In points: boxes are rounded."""
_MOST_CHECKS = 400_000
"""Of one page. Where there are more blocks and pieces than that allows, no block has any."""


def placed(
    boxes: Sequence[Box | None], pieces: Sequence[Piece], says: Callable[[int, str], bool]
) -> list[list[Piece]]:
    """The pieces of each box, in their order; one in several boxes belongs to the smallest of those
    whose block `says` it, or to the smallest of all."""
    found: list[list[Piece]] = [[] for _ in boxes]
    order = sorted(
        ((_area(box), index, box) for index, box in enumerate(boxes) if box is not None),
    )
    if len(order) * len(pieces) > _MOST_CHECKS:
        return found
    bounds = [
        (index, left - _SLACK, top - _SLACK, right + _SLACK, bottom + _SLACK)
        for _, index, (left, top, right, bottom) in order
    ]
    for piece in pieces:
        left, top, right, bottom = piece.box
        x, y = (left + right) / 2, (top + bottom) / 2
        around = [
            index
            for index, least_x, least_y, most_x, most_y in bounds
            if least_y <= y <= most_y and least_x <= x <= most_x
        ]
        if len(around) > 1:
            around = [index for index in around if says(index, piece.text)] or around
        if around:
            found[around[0]].append(piece)
    return found


def union(boxes: Sequence[Box]) -> Box:
    """The smallest box around all of them."""
    if len(boxes) == 1:
        return boxes[0]
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)
