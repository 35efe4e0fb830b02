"""Housekeeping: what goes wrong is said, and tried again."""

import logging
from collections.abc import Iterator

import pytest

from gristmill.pool.recovery.periodic import Periodic
from gristmill.schemas.problems.errors import GristmillError, StorageFailed
from gristmill.schemas.problems.library_errors import LibraryDamaged


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError("no room"), "sacks were not counted, trying again: no room"),
        (StorageFailed("no disk"), "sacks were not counted, trying again: no disk"),
        (LibraryDamaged("malformed"), ""),  # another says it once
    ],
)
def test_trouble_is_said_and_the_next_time_is_another_try(
    caplog: pytest.LogCaptureFixture, error: OSError | GristmillError, said: str
) -> None:
    came: Iterator[Exception | None] = iter((error, None))
    done = []

    def work() -> None:
        if (trouble := next(came)) is not None:
            raise trouble
        done.append(1)

    chore = Periodic(work, trouble="sacks were not counted", first_s=0.0, every_s=0.0)
    with caplog.at_level(logging.INFO):
        chore.once()
        chore.once()
    assert [record.getMessage() for record in caplog.records] == ([said] if said else [])
    assert done == [1]
