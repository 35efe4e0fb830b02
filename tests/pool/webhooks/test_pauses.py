"""When a receiver is tried again."""

import pytest

from gristmill.pool.webhooks.pauses import MOST_ATTEMPTS, is_delivered, pause_s


@pytest.mark.parametrize(
    ("attempts", "status", "chance", "pause"),
    [
        (1, None, 0.5, 5.0),
        (1, 500, 0.0, 4.0),
        (1, 301, 1.0, 6.0),
        (2, 429, 0.5, 12.5),
        (3, None, 0.5, 31.25),
        (13, None, 0.5, 43_200.0),
        (1, 410, 0.5, None),
        (MOST_ATTEMPTS, 500, 0.5, None),
    ],
)
def test_pauses_grow_and_end(
    attempts: int, status: int | None, chance: float, pause: float | None
) -> None:
    assert pause_s(attempts, status, 5.0, chance) == pytest.approx(pause)


def test_all_attempts_together_take_about_two_days() -> None:
    pauses = [pause_s(n, None, 5.0, 0.5) or 0.0 for n in range(1, MOST_ATTEMPTS)]
    assert 1.0 < sum(pauses) / 86_400 < 3.0


def test_only_an_answer_of_the_class_200_is_a_delivery() -> None:
    given = (None, 199, 200, 204, 299, 300, 404, 500)
    assert [status for status in given if is_delivered(status)] == [200, 204, 299]
