"""When a file is no longer being written."""

from gristmill.pool.mirrors.stillness import Stillness
from gristmill.storage.mirrors.files import Seen

NOW_S = 1_700_000_000


class Clock:
    time = 0.0

    def __call__(self) -> float:
        return self.time


def file(age_s: float, size: int = 5) -> Seen:
    return Seen("a", size, int((NOW_S - age_s) * 1_000_000_000), 1, 1)


def test_an_old_file_is_still_at_the_first_look() -> None:
    assert Stillness(1.0, lambda: NOW_S * 1_000_000_000, Clock()).is_still(file(60))


def test_a_young_one_is_after_two_looks_that_are_some_time_apart() -> None:
    clock = Clock()
    stillness = Stillness(1.0, lambda: NOW_S * 1_000_000_000, clock)
    assert not stillness.is_still(file(0))
    clock.time = 0.9
    assert not stillness.is_still(file(0))
    clock.time = 1.0
    assert not stillness.is_still(file(0, size=6))
    clock.time = 2.0
    assert stillness.is_still(file(0, size=6))


def test_a_time_that_lies_ahead_is_waited_for_no_longer() -> None:
    clock = Clock()
    stillness = Stillness(1.0, lambda: NOW_S * 1_000_000_000, clock)
    assert not stillness.is_still(file(-3600))
    clock.time = 1.0
    assert stillness.is_still(file(-3600))
