"""What a section of the league table says: contenders with figures, and goals reached or not."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from benchmarks.quality.materials import Materials

Figures = dict[str, float | str]


class Row(msgspec.Struct, frozen=True):
    """A contender and its figures by name; shares are numbers up to 1."""

    name: str
    figures: Figures


class Check(msgspec.Struct, frozen=True):
    """One goal: what is measured, the least (or, with `at_most`, the most) it may be."""

    what: str
    measured: float
    goal: float
    at_most: bool = False

    @property
    def passed(self) -> bool:
        return self.measured <= self.goal if self.at_most else self.measured >= self.goal


class Section(msgspec.Struct, frozen=True):
    """`material` says on what it was measured. `notes` are for people: each single failure and
    what else must be known to read the figures rightly."""

    name: str
    title: str
    material: str
    rows: list[Row] = []
    checks: list[Check] = []
    notes: list[str] = []


class QualityContest(NamedTuple):
    """A section's name and what measures it. `needs` tells which of the shared materials it
    cannot do without (None: it runs on the example documents too)."""

    name: str
    measure: Callable[[Materials], Section]
    needs: str | None = None
