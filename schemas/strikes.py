"""How often a failure of the machinery has cost a document an attempt, by kind of failure.

Each kind has a budget of its own (`pool.retry`): a document that was once too large for its
worker's memory may still lose one to a crash.
"""

from collections.abc import Mapping

Strikes = Mapping[str, int]
"""Kind of failure -> number of attempts that it has cost."""


def struck(strikes: Strikes, kind: str) -> dict[str, int]:
    """The strikes with one more of a kind."""
    return {**strikes, kind: strikes.get(kind, 0) + 1}
