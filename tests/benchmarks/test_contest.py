"""Rounds, medians and ratios, without any process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.harness.contest import (
    LASTED,
    START,
    Contender,
    Contest,
    Figures,
    Skipped,
    Standing,
    hold,
)
from benchmarks.harness.plan import SMALL, Plan
from benchmarks.reporting.report import text_of

FOLDERS = (Path(str(number)) for number in range(1000))


def contest(runs: list[str], ours: Sequence[float], limit: Sequence[float]) -> Contest:
    def contender(name: str, scores: Sequence[float], beside: str | None) -> Contender:
        left = iter(scores)

        def run(folder: Path) -> Figures:
            runs.append(name)
            return {"things/s": next(left)}

        return Contender(name, run, beside)

    @contextmanager
    def opened(plan: Plan) -> Iterator[Sequence[Contender]]:
        yield [contender("ours", ours, "limit"), contender("limit", limit, None)]

    return Contest("things", "made for the test", "things/s", opened)


def test_contenders_take_turns_and_the_warm_up_does_not_count() -> None:
    runs: list[str] = []
    plan = SMALL._replace(rounds=3, warm_up=True)
    outcome = hold(contest(runs, [1, 20, 30, 10], [1, 40, 40, 40]), plan, FOLDERS)
    assert runs == ["ours", "limit", "limit", "ours"] * 2
    ours, limit = outcome.standings
    assert (ours.medians, limit.medians) == ({"things/s": 20}, {"things/s": 40})
    assert (ours.ratio, limit.ratio) == (0.5, None)


def test_the_ratio_is_the_median_of_ratios_within_a_round() -> None:
    plan = SMALL._replace(rounds=3, warm_up=False)
    # The machine was ten times slower in the second round, for both.
    outcome = hold(contest([], [50, 5, 80], [100, 10, 100]), plan, FOLDERS)
    assert outcome.standings[0].ratio == 0.5


def test_a_contender_that_cannot_run_is_left_out_of_all_rounds() -> None:
    tries: list[Path] = []

    def skip(folder: Path) -> Figures:
        tries.append(folder)
        raise Skipped("it is not here")

    @contextmanager
    def opened(plan: Plan) -> Iterator[Sequence[Contender]]:
        yield [
            Contender("ours", lambda folder: {"things/s": 5}, "limit"),
            Contender("limit", skip),
        ]

    plan = SMALL._replace(rounds=3, warm_up=False)
    outcome = hold(Contest("things", "", "things/s", opened), plan, FOLDERS)
    assert outcome.skipped == {"limit": "it is not here"}
    assert len(tries) == 1
    (ours,) = outcome.standings
    assert (len(ours.rounds), ours.ratio) == (3, None)


def test_a_contender_may_be_measured_by_a_score_of_its_own() -> None:
    @contextmanager
    def opened(plan: Plan) -> Iterator[Sequence[Contender]]:
        yield [
            Contender("busy", lambda folder: {"ms": 30}, "idle", "ms"),
            Contender("idle", lambda folder: {"ms": 10}, score="ms"),
        ]

    plan = SMALL._replace(rounds=1, warm_up=False)
    busy, _ = hold(Contest("things", "", "things/s", opened), plan, FOLDERS).standings
    assert (busy.score, busy.ratio) == ("ms", 3)


def test_the_text_names_ratio_limit_and_who_was_skipped() -> None:
    plan = SMALL._replace(rounds=1, warm_up=False)
    outcome = hold(contest([], [50], [100]), plan, FOLDERS)
    outcome.skipped["peer"] = "no Redis"
    text = text_of(outcome)
    assert "ratio 0.50 to limit" in text
    assert "peer   skipped: no Redis" in text


@pytest.mark.parametrize(
    ("figures", "too_small"),
    [
        ({START: 0.05, LASTED: 0.4}, True),
        ({START: 0.05, LASTED: 2.4}, True),
        ({START: 0.05, LASTED: 2.6}, False),
        ({START: 2.0, LASTED: 99.0}, True),
        ({LASTED: 0.1}, False),
        ({START: 0.1}, False),
        ({}, False),
    ],
)
def test_what_took_less_than_fifty_times_its_start_is_too_small_to_judge(
    figures: Figures, too_small: bool
) -> None:
    assert Standing("ours", "things/s", figures, [figures]).is_too_small is too_small


def test_the_text_tells_that_a_ratio_is_of_too_little_work() -> None:
    @contextmanager
    def opened(plan: Plan) -> Iterator[Sequence[Contender]]:
        yield [
            Contender("ours", lambda folder: {"things/s": 5, START: 0.1, LASTED: 1}, "limit"),
            Contender("limit", lambda folder: {"things/s": 10, LASTED: 0.5}),
        ]

    plan = SMALL._replace(rounds=1, warm_up=False)
    text = text_of(hold(Contest("things", "", "things/s", opened), plan, FOLDERS))
    assert "ratio 0.50 to limit (too small to judge)" in text


def test_a_contender_that_promises_less_stays_marked() -> None:
    @contextmanager
    def opened(plan: Plan) -> Iterator[Sequence[Contender]]:
        yield [Contender("theirs", lambda folder: {"things/s": 5}, peer=True, weaker=True)]

    plan = SMALL._replace(rounds=1, warm_up=False)
    (theirs,) = hold(Contest("things", "", "things/s", opened), plan, FOLDERS).standings
    assert theirs.peer and theirs.weaker
