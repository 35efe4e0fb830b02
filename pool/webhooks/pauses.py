"""When a receiver is tried again, and when it is given up."""

GONE = 410
"""What a receiver says that wants nothing more."""
MOST_ATTEMPTS = 14
_GROWTH = 2.5
_LONGEST_S = 12 * 3600.0
_SPREAD = 0.2


def pause_s(attempts: int, status: int | None, first_s: float, chance: float) -> float | None:
    """Seconds until the next try after so many, the last of which was answered with `status` (None:
    not at all); None where it is given up. `chance`, from 0 to 1, spreads receivers' returns.

    Exponential, as Standard Webhooks advises: from 5 s on the tries of two days.
    """
    if status == GONE or attempts >= MOST_ATTEMPTS:
        return None
    pause = min(_LONGEST_S, first_s * _GROWTH ** (attempts - 1))
    return pause * (1 - _SPREAD + 2 * _SPREAD * chance)


def is_delivered(status: int | None) -> bool:
    """Whether an answer says that the message has arrived. A redirect is none: it is not gone
    after."""
    return status is not None and 200 <= status < 300
