"""What is to be reached, and what the results say to that."""

from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.contest import ContestOutcome

RATIO = "ratio"
"""As a figure's name: the contender's ratio to its limit."""
BEST_PEER = "over the best peer"
"""As a figure's name: the contender's score over the highest score of a peer."""


class GoalPart(NamedTuple):
    """A figure of a contender, named to tell where a number comes from."""

    contest: str
    contender: str
    figure: str


class Goal(NamedTuple):
    """`part` has to reach `target` (with `at_most`: not to pass it). Where it does not, the report
    names the measured `floor`, and with `remedy` the design that would lower it."""

    what: str
    part: GoalPart
    target: float
    unit: str = ""
    at_most: bool = False
    floor: Sequence[GoalPart] = ()
    remedy: str = ""


class GoalVerdict(NamedTuple):
    """`value` is None where nothing was measured."""

    goal: Goal
    value: float | None

    @property
    def reached(self) -> bool:
        if self.value is None:
            return False
        goal = self.goal
        return self.value <= goal.target if goal.at_most else self.value >= goal.target

    @property
    def word(self) -> str:
        if self.value is None:
            return "not measured"
        return "reached" if self.reached else "missed"


def verdicts(goals: Sequence[Goal], outcomes: Sequence[ContestOutcome]) -> list[GoalVerdict]:
    return [GoalVerdict(goal, value_of(goal.part, outcomes)) for goal in goals]


def value_of(part: GoalPart, outcomes: Sequence[ContestOutcome]) -> float | None:
    """The median that a part names; None where it was not measured."""
    outcome = next((each for each in outcomes if each.name == part.contest), None)
    standing = outcome.standing(part.contender) if outcome else None
    if outcome is None or standing is None:
        return None
    if part.figure == RATIO:
        return standing.ratio
    if part.figure == BEST_PEER:
        peers = [each.medians[each.score] for each in outcome.standings if each.peer]
        return standing.medians[standing.score] / max(peers) if peers else None
    return standing.medians.get(part.figure)
