"""Percentiles by nearest rank."""

import pytest

from benchmarks.harness.percentiles import TAIL, milliseconds, percentile


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([7], 50, 7),
        ([7], 99.9, 7),
        ([1, 2], 50, 1),
        ([1, 2], 51, 2),
        ([1, 2, 3, 4], 25, 1),
        (range(1, 101), 50, 50),
        (range(1, 101), 99, 99),
        (range(1, 101), 99.9, 100),
        (range(1, 1001), 99.9, 999),
        (range(1, 101), 0, 1),
        (range(1, 101), 100, 100),
    ],
)
def test_a_percentile_is_a_value_that_was_measured(
    values: list[float], percent: float, expected: float
) -> None:
    assert percentile(list(values), percent) == expected


def test_times_are_sorted_and_told_in_milliseconds() -> None:
    figures = milliseconds([0.003, 0.001, 0.002], TAIL)
    assert figures == {"p50 ms": 2, "p99 ms": 3, "p99.9 ms": 3}


def test_no_times_are_no_figures() -> None:
    assert milliseconds([]) == {}
