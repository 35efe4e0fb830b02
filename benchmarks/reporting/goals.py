"""What is to be reached, and what the results say to that."""

from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.harness.contest import ContestOutcome, Standing

RATIO = "ratio"
"""As a figure's name: the contender's ratio to its limit."""
BEST_PEER = "over the best peer"
"""As a figure's name: the contender's score over the highest score of a peer that is not weaker."""
TOO_SMALL = "too small to judge"


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
    """`value` is None where nothing was measured; what was `too_small` is neither reached nor
    missed, whatever its value."""

    goal: Goal
    value: float | None
    too_small: bool = False

    @property
    def reached(self) -> bool:
        if self.value is None or self.too_small:
            return False
        goal = self.goal
        return self.value <= goal.target if goal.at_most else self.value >= goal.target

    @property
    def word(self) -> str:
        if self.value is None:
            return "not measured"
        if self.too_small:
            return TOO_SMALL
        return "reached" if self.reached else "missed"


def verdicts(goals: Sequence[Goal], outcomes: Sequence[ContestOutcome]) -> list[GoalVerdict]:
    return [
        GoalVerdict(goal, value_of(goal.part, outcomes), _is_too_small(goal.part, outcomes))
        for goal in goals
    ]


def value_of(part: GoalPart, outcomes: Sequence[ContestOutcome]) -> float | None:
    """The median that a part names; None where it was not measured."""
    outcome, standing = _found(part, outcomes)
    if outcome is None or standing is None:
        return None
    if part.figure == RATIO:
        return standing.ratio
    if part.figure == BEST_PEER:
        peers = [each.medians[each.score] for each in outcome.standings if _counts(each)]
        return standing.medians[standing.score] / max(peers) if peers else None
    return standing.medians.get(part.figure)


def _is_too_small(part: GoalPart, outcomes: Sequence[ContestOutcome]) -> bool:
    _, standing = _found(part, outcomes)
    return standing is not None and standing.is_too_small


def _found(
    part: GoalPart, outcomes: Sequence[ContestOutcome]
) -> tuple[ContestOutcome | None, Standing | None]:
    outcome = next((each for each in outcomes if each.name == part.contest), None)
    return outcome, outcome.standing(part.contender) if outcome else None


def _counts(standing: Standing) -> bool:
    return standing.peer and not standing.weaker
