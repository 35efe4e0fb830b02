"""What ties lines together is the sender's own where that is harmless, and ours where not."""

import re

import pytest

from gristmill.schemas.telemetry.trails import LONGEST_ID, trail_of

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.mark.parametrize("given", ["a", "req-1/x:2", "Root=1-67891233-abcdef", "x" * LONGEST_ID])
def test_an_id_that_is_one_is_passed_through(given: str) -> None:
    assert trail_of(given, None).request_id == given


@pytest.mark.parametrize(
    "given", [None, "", "a b", 'a"b', "a\\b", "a\nb", "é", "a\x1b[31m", "x" * (LONGEST_ID + 1)]
)
def test_one_that_is_missing_or_would_do_harm_is_made(given: str | None) -> None:
    made = {trail_of(given, None).request_id for _ in range(3)}
    assert len(made) == 3 and all(re.fullmatch("[0-9a-f]{16}", each) for each in made)


def test_the_parent_of_a_trace_is_kept_as_it_is() -> None:
    assert trail_of("a", PARENT).traceparent == PARENT


@pytest.mark.parametrize(
    "given",
    [
        "",
        "ff" + PARENT[2:],
        PARENT.upper(),
        PARENT + "-more",
        PARENT.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0" * 32),
        PARENT.replace("00f067aa0ba902b7", "0" * 16),
        PARENT[:-1],
        PARENT + "\n",
    ],
)
def test_what_is_no_parent_counts_as_not_sent(given: str) -> None:
    assert trail_of("a", given).traceparent is None
