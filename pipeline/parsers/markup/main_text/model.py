"""How likely a text is content: gradient-boosted trees, learned from labelled pages.

The weights are made by `python -m benchmarks.quality.web.page_training`, which says from which
pages.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from gristmill.pipeline.parsers.markup.main_text.features import NAMES

_WEIGHTS = Path(__file__).with_name("weights.json")

Node = tuple[int, float, Any, Any] | float
"""A number's place in a row, its threshold, what follows where it is not above, and where it is;
at the end, what the tree adds to the logarithm of the odds."""


class Model(msgspec.Struct, frozen=True):
    names: tuple[str, ...]
    trees: tuple[Any, ...]


class Weights:
    """Raises ValueError where the weights were learned for other numbers."""

    def __init__(self, model: Model) -> None:
        if model.names != NAMES:
            raise ValueError("the weights belong to other features; train them again")
        self._trees: tuple[Node, ...] = tuple(map(_node, model.trees))

    def chance(self, row: Sequence[float]) -> float:
        odds = 0.0
        for node in self._trees:
            while type(node) is tuple:
                node = node[2] if row[node[0]] <= node[1] else node[3]
            odds += node  # type: ignore[operator]
        return 1.0 / (1.0 + math.exp(-odds))


@lru_cache(maxsize=1)
def learned() -> Weights:
    return Weights(msgspec.json.decode(_WEIGHTS.read_bytes(), type=Model))


def _node(raw: Any) -> Node:
    if isinstance(raw, int | float):
        return float(raw)
    place, threshold, left, right = raw
    return int(place), float(threshold), _node(left), _node(right)
