"""Percentiles of measured times."""

import math
from collections.abc import Iterable, Sequence

from benchmarks.harness.contest import Figures

USUAL = (50.0, 99.0)
TAIL = (50.0, 99.0, 99.9)


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of all values do not pass (nearest rank)."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def milliseconds(seconds: Iterable[float], percents: Sequence[float] = USUAL) -> Figures:
    """`p50 ms`, `p99 ms` ... of some times; none of them where there are no times."""
    ordered = sorted(seconds)
    if not ordered:
        return {}
    return {f"p{percent:g} ms": 1000 * percentile(ordered, percent) for percent in percents}
