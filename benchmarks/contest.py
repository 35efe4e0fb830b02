"""Contenders that do the same work in turn, and what came out."""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

import msgspec

from benchmarks.plan import Plan

Figures = dict[str, float]
"""What one run measured, by name. The contest says which of them is the score."""


class Contender(NamedTuple):
    """`run` does the work once, in a fresh, empty folder, and returns its figures. `limit` is
    the name of the contender that this one's score is divided by; None for a limit itself."""

    name: str
    run: Callable[[Path], Figures]
    limit: str | None = None


class Contest(NamedTuple):
    """`opened` yields the contenders; `goals` are the ratios to reach, by contender."""

    name: str
    title: str
    score: str
    opened: Callable[[Plan], AbstractContextManager[Sequence[Contender]]]
    goals: Mapping[str, float] = {}


class Standing(msgspec.Struct, frozen=True):
    """One contender's result. `ratio` is the median of the rounds' own ratios: both sides of
    each were measured within moments, so what else the machine does weighs on both."""

    name: str
    medians: Figures
    rounds: list[Figures]
    limit: str | None = None
    ratio: float | None = None
    goal: float | None = None


class Outcome(msgspec.Struct, frozen=True):
    name: str
    title: str
    score: str
    standings: list[Standing]


def hold(contest: Contest, plan: Plan, folders: Iterator[Path]) -> Outcome:
    """Run all rounds. Each round lets every contender run once; the order turns from one to the
    next, and a warm-up round does not count."""
    with contest.opened(plan) as contenders:
        rounds: list[dict[str, Figures]] = []
        for number in range(plan.rounds + plan.warm_up):
            order = contenders if number % 2 == 0 else list(reversed(contenders))
            rounds.append({each.name: each.run(next(folders)) for each in order})
    counted = rounds[plan.warm_up :]
    standings = [_standing(contest, each, counted) for each in contenders]
    return Outcome(contest.name, contest.title, contest.score, standings)


def _standing(
    contest: Contest, contender: Contender, rounds: Sequence[dict[str, Figures]]
) -> Standing:
    own = [figures[contender.name] for figures in rounds]
    medians = {name: statistics.median(run[name] for run in own) for name in own[0]}
    if contender.limit is None:
        return Standing(contender.name, medians, own)
    ratios = [
        each[contender.name][contest.score] / each[contender.limit][contest.score]
        for each in rounds
    ]
    return Standing(
        contender.name,
        medians,
        own,
        contender.limit,
        statistics.median(ratios),
        contest.goals.get(contender.name),
    )
