"""Ids: sortable, safe in a path, and of a day that exists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gristmill.schemas.ids import day_of, document_id, is_document_id, is_job_id, uuid7

_LAST_NS = 253_402_300_799_999 * 1_000_000
times = st.integers(0, _LAST_NS)
randoms = st.integers(0, 2**62 - 1)


@given(times, randoms, times, randoms)
def test_job_ids_are_canonical_and_sort_by_time(one: int, some: int, other: int, more: int) -> None:
    first, second = uuid7(one, some), uuid7(other, more)
    assert is_job_id(first) and is_job_id(second)
    if abs(one - other) >= 250:
        assert (first < second) == (one < other)


@given(times, randoms)
def test_every_job_id_has_a_day(time: int, random: int) -> None:
    assert len(day_of(uuid7(time, random))) == 10


@pytest.mark.parametrize("days", [0, 1, 20_000])
def test_the_day_is_that_of_the_clock(days: int) -> None:
    noon = uuid7((days * 86_400 + 43_200) * 1_000_000_000, 0)
    assert day_of(noon) == ["1970-01-01", "1970-01-02", "2024-10-04"][[0, 1, 20_000].index(days)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "../../etc/passwd",
        "01A20846-FE00-7000-8000-000000000017",
        "01a20846-fe00-4000-8000-000000000017",
        "01a20846-fe00-7000-c000-000000000017",
        "01a20846-fe00-7000-8000-000000000017\n",
        "e677d21f-dc00-7000-8000-000000000000",
        "ffffffff-ffff-7fff-bfff-ffffffffffff",
    ],
)
def test_nothing_else_is_a_job_id(text: str) -> None:
    assert not is_job_id(text)


def test_a_document_keeps_its_id_and_shares_it_with_no_other() -> None:
    assert document_id("a", "b/c") == document_id("a", "b/c")
    assert len({document_id("a", "b"), document_id("b", "a"), document_id("ab", "")}) == 3
    assert is_document_id(document_id("a", "caf\udce9"))
