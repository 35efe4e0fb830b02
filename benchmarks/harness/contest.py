"""Contenders that do the same work in turn, and what came out."""

import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

import msgspec

from benchmarks.harness.plan import Plan

Figures = dict[str, float]
"""What one run measured, by name. The contest says which of them is the score."""
START, LASTED = "start s", "lasted s"
"""As figures' names: the seconds from a first submission to its end where there is next to nothing
to do, and those of all the work that was measured."""
NEGLIGIBLE = 0.02
"""The share of starting in the measured time up to which a ratio can be judged: less than half of
what the strictest goal leaves."""


class Skipped(Exception):
    """A contender cannot run here; the message says why. The contest goes on without it."""


class Contender(NamedTuple):
    """`run` does the work once, in a fresh, empty folder, and returns its figures. `limit` is
    the name of the contender that this one's score is divided by; None for a limit itself.
    `score` takes the place of the contest's; `peer` marks a program of others, and `settings`
    says how it was set up. One that is `weaker` promises less than we do: it is shown, and no goal
    is measured by it."""

    name: str
    run: Callable[[Path], Figures]
    limit: str | None = None
    score: str | None = None
    peer: bool = False
    settings: str = ""
    weaker: bool = False


class Contest(NamedTuple):
    """`opened` yields the contenders."""

    name: str
    title: str
    score: str
    opened: Callable[[Plan], AbstractContextManager[Sequence[Contender]]]


class Standing(msgspec.Struct, frozen=True):
    """One contender's result. `ratio` is the median of the rounds' own ratios: both sides of
    each were measured within moments, so what else the machine does weighs on both."""

    name: str
    score: str
    medians: Figures
    rounds: list[Figures]
    limit: str | None = None
    ratio: float | None = None
    peer: bool = False
    settings: str = ""
    weaker: bool = False

    @property
    def is_too_small(self) -> bool:
        """Whether what was measured took so little that starting weighs on it: what is short of
        the limit then says nothing about the speed."""
        start, lasted = self.medians.get(START), self.medians.get(LASTED)
        return start is not None and lasted is not None and start > NEGLIGIBLE * lasted


class ContestOutcome(msgspec.Struct, frozen=True):
    """`skipped` says, by contender, why it did not run."""

    name: str
    title: str
    score: str
    standings: list[Standing]
    skipped: dict[str, str] = {}

    def standing(self, name: str) -> Standing | None:
        return next((each for each in self.standings if each.name == name), None)


def hold(contest: Contest, plan: Plan, folders: Iterator[Path]) -> ContestOutcome:
    """Run all rounds. Each round lets every contender run once; the order turns from one to the
    next, and a warm-up round does not count."""
    skipped: dict[str, str] = {}
    with contest.opened(plan) as contenders:
        rounds: list[dict[str, Figures]] = []
        for number in range(plan.rounds + plan.warm_up):
            order = contenders if number % 2 == 0 else list(reversed(contenders))
            running = [each for each in order if each.name not in skipped]
            rounds.append(_round(running, folders, skipped))
    counted = rounds[plan.warm_up :]
    standings = [
        _standing(contest, each, counted) for each in contenders if each.name not in skipped
    ]
    return ContestOutcome(contest.name, contest.title, contest.score, standings, skipped)


def _round(
    contenders: Sequence[Contender], folders: Iterator[Path], skipped: dict[str, str]
) -> dict[str, Figures]:
    figures: dict[str, Figures] = {}
    for each in contenders:
        try:
            figures[each.name] = each.run(next(folders))
        except Skipped as reason:
            skipped[each.name] = str(reason)
    return figures


def _standing(
    contest: Contest, contender: Contender, rounds: Sequence[dict[str, Figures]]
) -> Standing:
    score = contender.score or contest.score
    own = [figures[contender.name] for figures in rounds]
    medians = {name: statistics.median(run[name] for run in own) for name in own[0]}
    return Standing(
        contender.name,
        score,
        medians,
        own,
        contender.limit,
        _ratio(contender, score, rounds),
        contender.peer,
        contender.settings,
        contender.weaker,
    )


def _ratio(contender: Contender, score: str, rounds: Sequence[dict[str, Figures]]) -> float | None:
    """None for a limit, and where the limit was skipped."""
    ratios = [
        each[contender.name][score] / each[contender.limit][score]
        for each in rounds
        if contender.limit in each
    ]
    return statistics.median(ratios) if ratios else None
