"""Filters on what is in memory."""

import pytest

from gristmill.schemas.filters.matching import passes
from gristmill.schemas.filters.parsing import parsed_of
from gristmill.schemas.problems.errors import InvalidFilter
from gristmill.server.events.wording import EVENT_FIELDS

JOB = {"event": "job", "job_id": "1", "collection": "Flour", "state": "failed", "code": None}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("event = job", True),
        ("event != job", False),
        ("state in (failed, partial)", True),
        ("state not in (failed, partial)", False),
        ("collection = flour", False),
        ("collection ~ fl*R", True),
        ("collection ~ ?l*u?", True),
        ("collection ~ f*x", False),
        ("collection ~ *", True),
        ("collection ~ flour?", False),
        ("collection < G and collection > F", True),
        ("collection <= Flour and collection >= Flour", True),
        ("code exists", False),
        ("code = x", False),
        ("not code = x", True),
        ("code = x or event = job", True),
    ],
)
def test_facts_pass_a_filter_or_do_not(text: str, found: bool) -> None:
    assert passes(parsed_of(text, EVENT_FIELDS), JOB) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("uri = a", None),
        ("uri exists", None),
        ("not uri = a", None),
        ("uri = a and event = document", False),
        ("uri = a and event = job", None),
        ("uri = a or event = job", True),
        ("uri = a or event = document", None),
    ],
)
def test_what_is_not_known_yet_decides_only_where_nothing_else_does(
    text: str, found: bool | None
) -> None:
    assert passes(parsed_of(text, EVENT_FIELDS), JOB) is found


def test_a_pattern_full_of_stars_takes_no_time_to_speak_of() -> None:
    facts = {**JOB, "collection": "a" * 5000}
    assert passes(parsed_of(f"collection ~ {'a*' * 19}b", EVENT_FIELDS), facts) is False


def test_a_field_of_documents_is_none_of_events() -> None:
    with pytest.raises(InvalidFilter, match=r"no field 'pages' \(there are event, job_id, "):
        parsed_of("pages > 3", EVENT_FIELDS)


def test_events_have_no_metadata() -> None:
    with pytest.raises(InvalidFilter, match=r"no field 'metadata.year' \(there are event, "):
        parsed_of("metadata.year = 2025", EVENT_FIELDS)
