"""Rounds, medians and ratios, without any process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.contest import Contender, Contest, Figures, hold
from benchmarks.plan import SMALL, Plan
from benchmarks.report import text_of

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

    return Contest("things", "made for the test", "things/s", opened, {"ours": 0.5})


def test_contenders_take_turns_and_the_warm_up_does_not_count() -> None:
    runs: list[str] = []
    plan = SMALL._replace(rounds=3)
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


def test_the_text_names_ratio_limit_and_goal() -> None:
    plan = SMALL._replace(rounds=1, warm_up=False)
    text = text_of(hold(contest([], [50], [100]), plan, FOLDERS))
    assert "ratio 0.50 to limit (goal 0.5)" in text
