"""The model of serial parts, as a table."""

import pytest

from benchmarks.reporting.saturation import (
    Serial,
    fixed_and_each,
    library_seconds,
    saturation,
    tasks_per_second,
)

NONE = Serial(0.0, 0.0)
PARTS = Serial(queue_s=0.0001, library_s=0.0005)


@pytest.mark.parametrize(
    ("workers", "overhead_s", "serial", "expected"),
    [
        (1, 0.0, NONE, 50),
        (2, 0.0, NONE, 100),
        (1000, 0.0, NONE, 50_000),
        (1, 0.005, NONE, 40),
        (16, 0.0, PARTS, 800),
        (64, 0.0, PARTS, 2_000),
        (64, 0.0, Serial(0.0001, 0.0), 3_200),
        (1000, 0.0, Serial(0.0001, 0.0), 10_000),
    ],
)
def test_workers_add_up_until_a_serial_part_is_busy_all_the_time(
    workers: int, overhead_s: float, serial: Serial, expected: float
) -> None:
    assert tasks_per_second(workers, 0.02, overhead_s, serial) == pytest.approx(expected)


def test_saturation_is_where_the_workers_reach_the_serial_part() -> None:
    workers = saturation(0.02, PARTS.queue_s)
    assert workers == pytest.approx(200)
    alone = Serial(PARTS.queue_s, 0.0)
    assert tasks_per_second(200, 0.02, 0.0, alone) == pytest.approx(1 / PARTS.queue_s)


@pytest.mark.parametrize(
    ("few", "many", "expected"),
    [
        ((1, 0.0012), (64, 0.0138), (0.001, 0.0002)),
        ((1, 0.001), (64, 0.001), (0.001, 0.0)),
        ((1, 0.002), (64, 0.001), (0.002, 0.0)),
        ((1, 0.001), (11, 0.021), (0.0, 0.002)),
    ],
    ids=["both", "free documents", "noise", "no fixed part"],
)
def test_two_sizes_of_transaction_tell_its_fixed_part_from_that_of_a_document(
    few: tuple[int, float], many: tuple[int, float], expected: tuple[float, float]
) -> None:
    assert fixed_and_each(few, many) == pytest.approx(expected)


def test_documents_share_the_fixed_part_of_their_transaction() -> None:
    assert library_seconds(0.008, 0.0001, 8) == pytest.approx(0.0011)
