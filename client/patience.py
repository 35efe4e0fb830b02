"""How long a client goes on asking: what may be asked once more, and when. Pure."""

from typing import NamedTuple

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 5.0
_SPREAD = 0.25


class Setback(NamedTuple):
    """Why an attempt brought no answer. `unsent`: nothing of the request can have been carried
    out, since nobody was reached or the service refused it for now. `after_s`: the seconds that the
    service asked to be left alone for."""

    unsent: bool
    after_s: float | None = None


def pause_before_next(
    setback: Setback, *, repeatable: bool, attempt: int, left_s: float, chance: float
) -> float | None:
    """Seconds until a request is sent again after its attempt number `attempt`, from 1; None where
    it is not: it may have been carried out and has no key, or `left_s`, what is left of all
    patience, is too short for what the service asks. `chance`, from 0 to 1, keeps many clients
    from coming again together."""
    if left_s <= 0 or not (setback.unsent or repeatable):
        return None
    wished = setback.after_s
    if wished is None:
        pause = min(FIRST_PAUSE_S * 2.0 ** min(attempt - 1, 30), LONGEST_PAUSE_S)
        return min(pause * (1 - _SPREAD * chance), left_s)
    return None if wished > left_s else wished + _SPREAD * chance * min(wished, 1.0)
