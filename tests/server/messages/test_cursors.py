"""Cursors: each gives its key back, and none is one of another list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gristmill.schemas.problems.errors import InvalidCursor
from gristmill.server.messages import cursors
from gristmill.server.messages.cursors import ListKind

JOB = "0193b3a0-1234-7abc-8def-0123456789ab"


@given(st.sampled_from(ListKind), st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_a_cursor_gives_its_key_back_and_is_safe_in_a_query(kind: ListKind, key: str) -> None:
    cursor = cursors.cursor(kind, key)
    assert cursors.key_after(kind, cursor) == key
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(st.text(max_size=40))
def test_any_text_is_a_cursor_or_an_invalid_cursor(text: str) -> None:
    for decode in (
        cursors.job_after,
        lambda given: cursors.ordinal_after(ListKind.LEDGER, given),
        lambda given: cursors.key_after(ListKind.DOCUMENTS, given),
    ):
        try:
            decode(text)
        except InvalidCursor:
            pass


def test_a_cursor_of_one_list_is_none_of_another() -> None:
    with pytest.raises(InvalidCursor, match="no cursor of this list"):
        cursors.ordinal_after(ListKind.CHUNKS, cursors.cursor(ListKind.LEDGER, 7))


def test_ordinals_and_job_ids_survive_the_way() -> None:
    assert cursors.ordinal_after(ListKind.LEDGER, cursors.cursor(ListKind.LEDGER, 7)) == 7
    assert cursors.job_after(cursors.cursor(ListKind.JOBS, JOB)) == JOB
    assert cursors.job_after(None) is None


@pytest.mark.parametrize("key", ["../../etc", JOB.upper(), ""])
def test_a_forged_cursor_names_no_job(key: str) -> None:
    with pytest.raises(InvalidCursor):
        cursors.job_after(cursors.cursor(ListKind.JOBS, key))
