"""Goals and their verdicts, as a table."""

import msgspec
import pytest

from benchmarks.harness.contest import LASTED, START, ContestOutcome, Standing
from benchmarks.reporting.catalogue import CONTESTS
from benchmarks.reporting.goals import BEST_PEER, RATIO, TOO_SMALL, Goal, GoalPart, verdicts
from benchmarks.reporting.report import measured, target_of
from benchmarks.reporting.targets import GOALS


def standing(name: str, rate: float, *, ratio: float | None = None, peer: bool = False) -> Standing:
    figures = {"jobs/s": rate}
    return Standing(name, "jobs/s", figures, [figures], ratio=ratio, peer=peer)


OUTCOMES = [
    ContestOutcome(
        "jobs",
        "made for the test",
        "jobs/s",
        [
            standing("ours", 900, ratio=0.5),
            standing("slow peer", 300, peer=True),
            standing("quick peer", 1_000, peer=True),
        ],
    )
]


@pytest.mark.parametrize(
    ("figure", "target", "at_most", "value", "word"),
    [
        ("jobs/s", 900, False, 900, "reached"),
        ("jobs/s", 1_000, False, 900, "missed"),
        ("jobs/s", 900, True, 900, "reached"),
        ("jobs/s", 899, True, 900, "missed"),
        (RATIO, 0.5, False, 0.5, "reached"),
        (RATIO, 0.6, False, 0.5, "missed"),
        (BEST_PEER, 1, False, 0.9, "missed"),
        ("p99 ms", 1, True, None, "not measured"),
    ],
)
def test_a_goal_is_reached_missed_or_was_not_measured(
    figure: str, target: float, at_most: bool, value: float | None, word: str
) -> None:
    goal = Goal("what", GoalPart("jobs", "ours", figure), target, at_most=at_most)
    (verdict,) = verdicts([goal], OUTCOMES)
    assert (verdict.value, verdict.word) == (value, word)


@pytest.mark.parametrize(
    "part", [GoalPart("jobs", "nobody", RATIO), GoalPart("other", "ours", RATIO)]
)
def test_what_did_not_run_is_not_measured(part: GoalPart) -> None:
    (verdict,) = verdicts([Goal("what", part, 1)], OUTCOMES)
    assert verdict.word == "not measured"
    assert measured(verdict) == "-"


def test_without_peers_nobody_is_beaten() -> None:
    alone = ContestOutcome("jobs", "", "jobs/s", OUTCOMES[0].standings[:1])
    (verdict,) = verdicts([Goal("what", GoalPart("jobs", "ours", BEST_PEER), 1)], [alone])
    assert verdict.word == "not measured"


def test_a_peer_that_promises_less_is_not_to_be_beaten() -> None:
    ours, slow, quick = OUTCOMES[0].standings
    weaker = msgspec.structs.replace(quick, weaker=True)
    outcome = ContestOutcome("jobs", "", "jobs/s", [ours, slow, weaker])
    (verdict,) = verdicts([Goal("what", GoalPart("jobs", "ours", BEST_PEER), 2.5)], [outcome])
    assert (verdict.value, verdict.word) == (3, "reached")


@pytest.mark.parametrize("target", [0.4, 0.6])
def test_what_was_too_small_is_neither_reached_nor_missed(target: float) -> None:
    ours = standing("ours", 900, ratio=0.5)
    short = msgspec.structs.replace(ours, medians={**ours.medians, START: 0.1, LASTED: 0.5})
    outcome = ContestOutcome("jobs", "", "jobs/s", [short])
    (verdict,) = verdicts([Goal("what", GoalPart("jobs", "ours", RATIO), target)], [outcome])
    assert (verdict.value, verdict.word, verdict.reached) == (0.5, TOO_SMALL, False)


@pytest.mark.parametrize(
    ("goal", "told"),
    [
        (Goal("what", GoalPart("", "", ""), 0.95), "0.95"),
        (Goal("what", GoalPart("", "", ""), 1_000, "/s"), "1,000/s"),
        (Goal("what", GoalPart("", "", ""), 25, "ms", at_most=True), "at most 25 ms"),
        (Goal("what", GoalPart("", "", ""), 2, "%", at_most=True), "at most 2%"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_target_is_told_with_its_unit(goal: Goal, told: str) -> None:
    assert target_of(verdicts([goal], [])[0]) == told


def test_every_goal_and_every_floor_is_of_a_contest_that_exists() -> None:
    parts = [part for goal in GOALS for part in (goal.part, *goal.floor)]
    assert {part.contest for part in parts} <= set(CONTESTS)
