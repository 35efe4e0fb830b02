"""When a request is sent again."""

import pytest

from gristmill.client.patience import LONGEST_PAUSE_S, Setback, pause_before_next

UNSENT, BROKEN = Setback(unsent=True), Setback(unsent=False)


@pytest.mark.parametrize(
    ("setback", "repeatable", "attempt", "left_s", "pause"),
    [
        # Nobody was reached: anything may be sent again, after longer and longer pauses.
        (UNSENT, False, 1, 30.0, 0.1),
        (UNSENT, False, 3, 30.0, 0.4),
        (UNSENT, False, 99, 30.0, LONGEST_PAUSE_S),
        # Nobody knows what became of it.
        (BROKEN, True, 1, 30.0, 0.1),
        (BROKEN, False, 1, 30.0, None),
        # The service says when to come again; that is too late, or not.
        (Setback(True, 7.0), False, 1, 30.0, 7.0),
        (Setback(True, 7.0), False, 9, 7.0, 7.0),
        (Setback(True, 7.0), True, 1, 6.0, None),
        (Setback(True, 0.0), True, 1, 6.0, 0.0),
        # Patience ends; the last pause is what is left of it.
        (UNSENT, True, 1, 0.0, None),
        (UNSENT, True, 1, -1.0, None),
        (UNSENT, True, 99, 2.0, 2.0),
    ],
)
def test_pauses_by_setback_and_patience(
    setback: Setback, repeatable: bool, attempt: int, left_s: float, pause: float | None
) -> None:
    found = pause_before_next(
        setback, repeatable=repeatable, attempt=attempt, left_s=left_s, chance=0.0
    )
    assert found == pause


def test_many_clients_do_not_come_again_together_and_none_before_it_was_asked_to() -> None:
    for chance in (0.0, 0.5, 1.0):
        own = pause_before_next(UNSENT, repeatable=True, attempt=3, left_s=30, chance=chance)
        asked = pause_before_next(
            Setback(True, 2.0), repeatable=True, attempt=1, left_s=30, chance=chance
        )
        assert own is not None and 0.3 <= own <= 0.4
        assert asked is not None and 2.0 <= asked <= 2.25
