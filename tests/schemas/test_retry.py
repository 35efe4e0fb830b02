"""The retry policy is a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.retry import BUDGETS, Decision, Failure, decide


@pytest.mark.parametrize(
    ("failure", "attempts", "decision"),
    [
        (Failure.CRASH, 1, Decision(0.0, None)),
        (Failure.CRASH, 2, Decision(0.0, DocumentCode.CRASHED)),
        (Failure.BETWEEN, 1, Decision(0.05, None)),
        (Failure.BETWEEN, 5, Decision(0.8, None)),
        (Failure.BETWEEN, 6, Decision(0.0, DocumentCode.CRASHED)),
        (Failure.MEMORY, 1, Decision(0.5, None)),
        (Failure.MEMORY, 2, Decision(0.0, DocumentCode.OUT_OF_MEMORY)),
        (Failure.TIMEOUT, 1, Decision(0.0, DocumentCode.TIMEOUT)),
        (Failure.FETCH, 1, Decision(0.25, None)),
        (Failure.FETCH, 2, Decision(0.5, None)),
        (Failure.FETCH, 3, Decision(0.0, DocumentCode.FETCH_ERROR)),
        (Failure.DISK, 1, Decision(0.25, None)),
        (Failure.DISK, 500, Decision(15.0, None)),
        (Failure.SHUTDOWN, 999, Decision(0.0, None)),
    ],
)
def test_decisions_without_jitter(failure: Failure, attempts: int, decision: Decision) -> None:
    assert decide(failure, attempts, 0.0) == decision


@given(
    st.sampled_from(sorted(BUDGETS)),
    st.integers(1, 10_000),
    st.floats(0, 1, exclude_max=True),
)
def test_a_wait_stays_within_its_budget(failure: Failure, attempts: int, jitter: float) -> None:
    decision = decide(failure, attempts, jitter)
    assert 0 <= decision.delay_s <= BUDGETS[failure].longest_s
    assert (decision.code is None) == (attempts < BUDGETS[failure].attempts)
