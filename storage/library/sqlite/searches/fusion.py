"""One order out of several: reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009)."""

from collections.abc import Sequence
from typing import NamedTuple

_K = 60
"""How much less a first place is worth than it could be: the figure of the paper."""


class Fused(NamedTuple):
    """An item with its place in each of the orders, from 1; None where it is in none."""

    item: int
    score: float
    ranks: tuple[int | None, ...]


def fused(orders: Sequence[Sequence[int]]) -> list[Fused]:
    """The items of all orders, the best first: the sum of 1 / (60 + rank) counts. Of equal ones
    that comes first which the earliest order has first."""
    places = [{item: at for at, item in reversed(list(enumerate(order, 1)))} for order in orders]
    items = dict.fromkeys(item for order in orders for item in order)
    found = []
    for item in items:
        ranks = tuple(place.get(item) for place in places)
        score = sum(1 / (_K + rank) for rank in ranks if rank is not None)
        found.append(Fused(item, score, ranks))
    return sorted(found, key=lambda each: -each.score)
