"""What happens to a document whose worker was lost, or that met a failing machine: a pure rule.

Strikes are counted by kind of failure, and each kind has a budget of its own: a document that was
once too large for its worker's memory may still lose one to a crash.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from gristmill.schemas.outcomes.documents import DocumentCode


class Failure(StrEnum):
    """What went wrong around a document. A parser's own error is final and never comes here."""

    CRASH = "the worker died of the document"
    KILLED = "the worker was killed from outside"
    BETWEEN = "the worker died, and was at none of its documents"
    MEMORY = "the worker was over its memory limit"
    TIMEOUT = "the document was over its time limit"
    DISK = "the library could not be written"
    FETCH = "the source could not be read"
    PLANNING = "the worker was lost while it planned the job"
    SHUTDOWN = "the service was stopping"

    @property
    def kind(self) -> str:
        """Its short name, under which strikes are counted and kept."""
        return self.name.lower()

    @classmethod
    def of(cls, kind: str) -> "Failure":
        """The failure with a kind."""
        return cls[kind.upper()]


Strikes = Mapping[str, int]
"""Kind of failure -> number of attempts that it has cost."""


def struck(strikes: Strikes, kind: str) -> dict[str, int]:
    """The strikes with one more of a kind."""
    return {**strikes, kind: strikes.get(kind, 0) + 1}


class Budget(NamedTuple):
    """`attempts` in all before `code` is final; waits grow from `delay_s` to `longest_s`."""

    attempts: int
    delay_s: float
    longest_s: float
    code: DocumentCode


BUDGETS: dict[Failure, Budget] = {
    Failure.CRASH: Budget(2, 0.0, 0.0, DocumentCode.CRASHED),
    # Not the document's fault; but one that is at every killing is not run for ever.
    Failure.KILLED: Budget(6, 0.1, 2.0, DocumentCode.CRASHED),
    Failure.BETWEEN: Budget(6, 0.1, 2.0, DocumentCode.CRASHED),
    Failure.MEMORY: Budget(2, 1.0, 10.0, DocumentCode.OUT_OF_MEMORY),
    Failure.TIMEOUT: Budget(1, 0.0, 0.0, DocumentCode.TIMEOUT),
    Failure.DISK: Budget(1_000_000, 0.5, 30.0, DocumentCode.FETCH_ERROR),
    Failure.FETCH: Budget(3, 0.5, 5.0, DocumentCode.FETCH_ERROR),
    Failure.PLANNING: Budget(3, 0.0, 0.0, DocumentCode.CRASHED),
}


class Decision(NamedTuple):
    """Try again after `delay_s` seconds, or (`code` set) give the document up."""

    delay_s: float
    code: DocumentCode | None


def decide(failure: Failure, attempts: int, jitter: float) -> Decision:
    """What to do after the `attempts`-th failed attempt (from 1) of one kind.

    `jitter` in [0, 1) spreads the wait over its upper half. The disk's budget is no budget: a
    document is not given up because our own disk is full. Our own shutdown is free.
    """
    if failure is Failure.SHUTDOWN:
        return Decision(0.0, None)
    budget = BUDGETS[failure]
    if attempts >= budget.attempts:
        return Decision(0.0, budget.code)
    wait = min(budget.longest_s, budget.delay_s * 2.0 ** min(attempts - 1, 30))
    return Decision(wait * (0.5 + jitter / 2), None)
