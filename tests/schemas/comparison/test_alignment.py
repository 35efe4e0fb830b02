"""Which lines are the same ones."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gristmill.schemas.comparison.alignment import Run, same_runs

LINES = st.lists(st.sampled_from("abcdefg"), max_size=30)


@pytest.mark.parametrize(
    ("before", "after", "runs"),
    [
        ("", "", []),
        ("", "a", []),
        ("a", "", []),
        ("abc", "abc", [Run(0, 0, 3)]),
        ("abc", "abxc", [Run(0, 0, 2), Run(2, 3, 1)]),
        ("abxc", "abc", [Run(0, 0, 2), Run(3, 2, 1)]),
        ("aba", "aba", [Run(0, 0, 3)]),
        ("aa", "aaa", [Run(0, 0, 2)]),
        ("abcde", "axcye", [Run(0, 0, 1), Run(2, 2, 1), Run(4, 4, 1)]),
        # What has moved is the same only in one of both places.
        ("xabcy", "xcaby", [Run(0, 0, 1), Run(1, 2, 2), Run(4, 4, 1)]),
    ],
)
def test_lines_that_stay_are_found(before: str, after: str, runs: list[Run]) -> None:
    assert same_runs(before, after) == runs


@given(LINES, LINES)
def test_runs_are_the_same_in_both_and_go_up(before: list[str], after: list[str]) -> None:
    at = (0, 0)
    for run in same_runs(before, after):
        assert run.length > 0 and run.before >= at[0] and run.after >= at[1]
        at = (run.before + run.length, run.after + run.length)
        assert before[run.before : at[0]] == after[run.after : at[1]]
    assert at[0] <= len(before) and at[1] <= len(after)


def test_one_line_among_many_is_found_however_long_the_text() -> None:
    before = [f"line {number}" for number in range(50_000)]
    after = [*before]
    after[100] = after[25_000] = "another"
    del after[40_000]
    kept = sum(run.length for run in same_runs(before, after))
    assert kept == 49_997


@pytest.mark.parametrize("kind", ["every other", "repeated", "random", "backwards"])
def test_nothing_takes_long(kind: str) -> None:
    """The bound is far beyond what it takes, and far below what comparing all with all would."""
    size, numbers = 20_000, random.Random(1)
    before = [f"line {number}" for number in range(size)]
    after = {
        "every other": [f"{'x' if n % 2 else ''}{line}" for n, line in enumerate(before)],
        "repeated": [f"line {number % 7 + 3}" for number in range(size)],
        "random": numbers.sample(before, size),
        "backwards": before[::-1],
    }[kind]
    if kind == "repeated":
        before = [f"line {number % 11}" for number in range(size)]
    began = time.process_time()
    same_runs(before, after)
    assert time.process_time() - began < 10
