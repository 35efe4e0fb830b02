"""How quickly documents end, in words."""

from gristmill.cli.ingesting.pace import Pace


def test_at_first_nothing_is_said() -> None:
    pace = Pace()
    pace.add(0.0, 0)
    assert pace.words(100) == ""
    pace.add(1.0, 0)
    assert pace.words(100) == ""


def test_the_rate_tells_how_long_the_rest_takes() -> None:
    pace = Pace()
    pace.add(0.0, 0)
    pace.add(2.0, 50)
    assert pace.words(100) == "25/s, 2.0 s left"
    assert pace.words(50) == "25/s"


def test_only_the_last_seconds_count() -> None:
    pace = Pace()
    for second, done in ((0.0, 0), (1.0, 1000), (100.0, 1001), (110.0, 1021)):
        pace.add(second, done)
    assert pace.rate() == 2.0


def test_a_count_that_goes_back_begins_anew() -> None:
    pace = Pace()
    for second, done in ((0.0, 90), (1.0, 10), (2.0, 12)):
        pace.add(second, done)
    assert pace.rate() == 2.0
