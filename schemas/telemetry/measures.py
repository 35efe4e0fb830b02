"""What is counted, as data: each measure with all values that its labels may take, so that the
number of series is known before the first of them."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

OTHER = "other"
"""Stands for every value of a label that nobody has named."""
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LONG_SECONDS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0)
"""Upper bounds of buckets: of what somebody waits for, and of what may take hours."""


class Kind(StrEnum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, eq=False)
class Measure:
    """One measure. `name` is as Prometheus has it, without the `_total` of a counter; `labels` are
    names with the values that they may take, none where only the scrape knows; `buckets` are upper
    bounds, ascending, without infinity."""

    name: str
    kind: Kind
    meaning: str
    labels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def shown(self) -> str:
        """Its name as it is asked for."""
        return f"{self.name}_total" if self.kind is Kind.COUNTER else self.name

    def series(self) -> Iterator[tuple[str, ...]]:
        """The values of the labels of each of its series."""
        return product(*(values for _, values in self.labels))

    @property
    def size(self) -> int:
        """Numbers that one series takes: those of its buckets, of what is above them, and the
        sum."""
        return len(self.buckets) + 2 if self.kind is Kind.HISTOGRAM else 1

    def known(self, labels: Sequence[str]) -> tuple[str, ...]:
        """The labels, with `other` for what is not among their values."""
        return tuple(
            value if value in values else OTHER
            for value, (_, values) in zip(labels, self.labels, strict=True)
        )


class Layout:
    """Where each series of some measures has its numbers, in one row of them."""

    def __init__(self, measures: Sequence[Measure]) -> None:
        self.measures = tuple(measures)
        self.places: dict[tuple[object, ...], int] = {}
        size = 0
        for measure in measures:
            for labels in measure.series():
                self.places[(measure, *labels)] = size
                size += measure.size
        self.size = size
        told = [(m.name, m.kind.value, m.labels, m.buckets) for m in measures]
        self.digest = int.from_bytes(hashlib.sha256(repr(told).encode()).digest()[:8], "little")
        """Tells one layout from another."""

    def place(self, measure: Measure, labels: tuple[str, ...]) -> int:
        """Where a series begins; that of `other` for labels that nobody has named. Raises KeyError
        for a measure that is none of these."""
        place = self.places.get((measure, *labels))
        return self.places[(measure, *measure.known(labels))] if place is None else place
