"""Filters on jobs: what holds of one, and where to look for those of which it does."""

from datetime import UTC, datetime

import pytest
from support.job_samples import queued

from gristmill.schemas.filters import parsed, parsed_of_jobs
from gristmill.schemas.filters.holding import holds
from gristmill.schemas.filters.of_jobs import Narrowed, is_indexed, micros, narrowed, said_of
from gristmill.schemas.jobs.manifest import Counts, JobError
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import InvalidFilter

JOB = queued(
    state=JobState.FAILED,
    collection="reports",
    submitted_at=datetime(2026, 11, 23, 12, 30, tzinfo=UTC),
    finished_at=datetime(2026, 11, 24, tzinfo=UTC),
    submitted_by="nightly",
    error=JobError("queue_full", "the queue is full"),
    counts=Counts(total=5, failed=2),
    metadata={
        "team": "red",
        "tags": ["a", "b"],
        "year": 2025,
        "due": "2026-12-01",
        "deep": {"er": True, "none": None},
        "a[b": "[x]",
    },
)


@pytest.mark.parametrize(
    "text",
    [
        "state = failed and collection = reports and key = nightly and code = queue_full",
        "state in (queued, failed)",
        "state != queued",
        "name = a.txt",
        "name ~ A.T?T",
        "name ~ *a*t*",
        "failed > 1 and failed <= 2 and documents = 5 and warnings < 1 and sources >= 1",
        "submitted_at = 2026-11-23",
        "submitted_at > 2026-11-22 and submitted_at < 2026-11-24",
        "submitted_at >= 2026-11-23 and submitted_at <= 2026-11-23T12:30",
        "not started_at exists",
        "finished_at exists",
        "metadata.team = red or metadata.team = blue",
        "metadata.tags = b",
        "metadata.year >= 2025 and metadata.year < 2026",
        "metadata.due > 2026-11 and metadata.due = 2026-12",
        "metadata.deep.er = true",
        "metadata.team < s",
        "not metadata.deep.none exists",
        "metadata.'a[b' ~ '[*]'",
    ],
)
def test_it_holds(text: str) -> None:
    assert holds(parsed_of_jobs(text), said_of(JOB))


@pytest.mark.parametrize(
    "text",
    [
        "state = queued",
        "name ~ b*",
        "name ~ a.tx",
        "started_at < 2027",
        "submitted_at > 2026-11-23",
        "metadata.year = '2025'",
        "metadata.year > 2025",
        "metadata.team > s",
        "metadata.due < 2026-12",
        "metadata.deep.er = false",
        "metadata.nothing.at.all = 1",
        "metadata.team.deeper exists",
        "metadata.'a[b' ~ '[a-z]'",
        "priority > 0",
    ],
)
def test_it_does_not_hold_and_so_its_negation_does(text: str) -> None:
    assert not holds(parsed_of_jobs(text), said_of(JOB))
    assert holds(parsed_of_jobs(f"not ({text})"), said_of(JOB))


def test_a_pattern_with_many_stars_takes_no_time_that_grows() -> None:
    job = queued(collection="a" * 200)
    stars = "*a" * 20
    assert not holds(parsed_of_jobs(f"collection ~ {stars}b"), said_of(job))
    assert holds(parsed_of_jobs(f"collection ~ {stars}"), said_of(job))


def test_documents_and_jobs_have_fields_of_their_own() -> None:
    with pytest.raises(InvalidFilter, match="there is no field 'state'"):
        parsed("state = failed")
    with pytest.raises(InvalidFilter, match=r"did you mean submitted_at"):
        parsed_of_jobs("submited_at > 2026")
    with pytest.raises(InvalidFilter, match="no job has the state 'done'"):
        parsed_of_jobs("state = done")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("state = failed", Narrowed(states=frozenset({"failed"}))),
        ("state = failed or collection = a", Narrowed()),
        ("not state = failed", Narrowed()),
        (
            "state in (failed, partial) and (state = failed and collection = a)",
            Narrowed(states=frozenset({"failed"}), collections=frozenset({"a"})),
        ),
        ("job_id = x and failed > 2", Narrowed(job_ids=frozenset({"x"}))),
        ("name = x", Narrowed()),
    ],
)
def test_what_has_to_hold_together_says_where_to_look(text: str, where: Narrowed) -> None:
    assert narrowed(parsed_of_jobs(text)) == where


@pytest.mark.parametrize(
    ("text", "first", "end"),
    [
        ("submitted_at < 2026-11-23", None, 23),
        ("submitted_at <= 2026-11-23", None, 24),
        ("submitted_at > 2026-11-23", 24, None),
        ("submitted_at >= 2026-11-23", 23, None),
        ("submitted_at = 2026-11-23", 23, 24),
        ("submitted_at > 2026-11-20 and submitted_at > 2026-11-22", 23, None),
        ("submitted_at < 2026-11-23 and submitted_at < 2026-11-22", None, 22),
        ("submitted_at in (2026-11-23, 2026-11-25)", None, None),
    ],
)
def test_times_of_submission_say_from_when_to_when(
    text: str, first: int | None, end: int | None
) -> None:
    def moment(day: int | None) -> int | None:
        return None if day is None else micros(datetime(2026, 11, day, tzinfo=UTC))

    found = narrowed(parsed_of_jobs(text))
    assert (found.first, found.end) == (moment(first), moment(end))


def test_the_index_knows_some_fields_and_not_the_others() -> None:
    assert is_indexed(parsed_of_jobs("state = failed and not submitted_at > 2026"))
    assert not is_indexed(parsed_of_jobs("state = failed and not (key exists or job_id = a)"))
