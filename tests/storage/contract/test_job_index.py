"""The job index: lists, filters and pages."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from support.library_samples import planned

from gristmill.schemas.filters import parsed_of_jobs
from gristmill.schemas.jobs.states import JobState
from gristmill.storage.library import AllRoles, JobIndexRow
from gristmill.storage.library.chosen_jobs import ChosenJobs

NOON = datetime(2026, 1, 2, 12, 0, 0, 123456, tzinfo=UTC)
S = timedelta(seconds=1)


def index_row(n: int, state: JobState, collection: str) -> JobIndexRow:
    ended = NOON + timedelta(seconds=n) if state.terminal else None
    return JobIndexRow(f"{n:08d}", state, collection, NOON, ended)


def test_job_pages_are_newest_first_for_every_filter(library: AllRoles) -> None:
    rows = [
        index_row(n, JobState.FAILED if n % 3 == 0 else JobState.QUEUED, "ab"[n % 2])
        for n in range(30)
    ]
    library.index_jobs(rows)
    for state in (None, JobState.FAILED, JobState.QUEUED, JobState.RUNNING):
        for collection in (None, "a", "b", "c"):
            expected = [
                row.job_id
                for row in reversed(rows)
                if state in (None, row.state) and collection in (None, row.collection)
            ]
            first = library.jobs_page(state=state, collection=collection, after=None, limit=4)
            assert first == expected[:4]
            if first:
                after = first[-1]
                rest = library.jobs_page(state=state, collection=collection, after=after, limit=99)
                assert rest == expected[4:]


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("state = failed", lambda row: row.state is JobState.FAILED),
        ("not finished_at exists", lambda row: row.finished_at is None),
        ("collection = a and state != queued", lambda row: row[1:3] == (JobState.FAILED, "a")),
        ("job_id in ('00000003', '00000004', x)", lambda row: row.job_id[-2:] in ("03", "04")),
        ("submitted_at < 2026", lambda row: False),
        ("submitted_at = 2026-01-02 or collection = c", lambda row: True),
        ("finished_at > 2026-01-02T12:00:06", lambda row: (row.finished_at or NOON) > NOON + 6 * S),
        ("not finished_at < 2027", lambda row: row.finished_at is None),
        ("collection ~ '?'", lambda row: True),
    ],
)
def test_jobs_are_chosen_by_a_filter_on_what_the_index_knows(
    library: AllRoles, text: str, passes: Callable[[JobIndexRow], bool]
) -> None:
    rows = [
        index_row(n, JobState.FAILED if n % 3 == 0 else JobState.QUEUED, "ab"[n % 2])
        for n in range(12)
    ]
    library.index_jobs(rows)
    expected = [row.job_id for row in reversed(rows) if passes(row)]
    wanted = ChosenJobs(None, None, parsed_of_jobs(text))
    assert library.chosen_jobs(wanted, after=None, limit=99) == expected
    assert library.count_chosen_jobs(wanted) == len(expected)
    some = library.chosen_jobs(wanted, after="00000006", limit=2)
    assert some == [each for each in expected if each < "00000006"][:2]


def test_none_is_chosen_that_came_or_ended_after_a_moment(library: AllRoles) -> None:
    library.index_jobs(index_row(n, JobState.FAILED, "a") for n in range(5))
    library.index_jobs([index_row(9, JobState.QUEUED, "a")])
    until = ChosenJobs(None, ("a", "b"), None, NOON + 2 * S)
    assert library.chosen_jobs(until, after=None, limit=9) == [
        "00000009",
        "00000002",
        "00000001",
        "00000000",
    ]
    assert library.count_chosen_jobs(until._replace(state=JobState.QUEUED)) == 1
    assert library.count_chosen_jobs(until._replace(collection=())) == 0


def test_jobs_are_counted_from_an_id_on_and_no_further_than_is_asked(library: AllRoles) -> None:
    library.index_jobs(index_row(n, JobState.FAILED, "ab"[n % 2]) for n in range(30))

    def count(**asked: object) -> int:
        defaults = {"state": JobState.FAILED, "collection": None, "since": "", "most": 99}
        return library.count_jobs(**{**defaults, **asked})  # type: ignore[arg-type]

    assert (count(), count(state=None), count(state=JobState.QUEUED)) == (30, 30, 0)
    assert (count(collection="a"), count(collection=("a", "b")), count(collection=())) == (
        15,
        30,
        0,
    )
    assert (count(since="00000028"), count(most=7)) == (2, 7)


def test_the_oldest_job_in_a_state_is_the_first_of_its_collections(library: AllRoles) -> None:
    library.index_jobs(index_row(n, JobState.QUEUED, "ab"[n % 2]) for n in range(2, 9))
    found = library.oldest_job(state=JobState.QUEUED, collection=None)
    assert found is not None and found.job_id == "00000002"
    found = library.oldest_job(state=JobState.QUEUED, collection="b")
    assert found is not None and found.job_id == "00000003"
    assert library.oldest_job(state=JobState.FAILED, collection=None) is None


def test_indexing_a_job_again_replaces_its_row(library: AllRoles) -> None:
    library.index_jobs([index_row(1, JobState.QUEUED, "a"), index_row(2, JobState.QUEUED, "a")])
    library.index_jobs([index_row(1, JobState.SUCCEEDED, "a")])
    assert library.jobs_page(state=JobState.QUEUED, collection=None, after=None, limit=9) == [
        "00000002"
    ]
    assert library.job_row("00000001") == index_row(1, JobState.SUCCEEDED, "a")
    assert list(library.job_ids()) == ["00000001", "00000002"]
    library.clear_job_index()
    assert list(library.job_ids()) == []


def test_all_rows_come_oldest_first_and_a_job_that_is_not_there_has_none(
    library: AllRoles,
) -> None:
    rows = [index_row(n, JobState.SUCCEEDED, "a") for n in range(1203)]
    library.index_jobs(reversed(rows))
    library.index_jobs([])
    assert list(library.job_rows()) == rows
    assert library.job_row("no such job") is None


def test_jobs_that_are_dropped_leave_the_index_and_the_ledger(library: AllRoles) -> None:
    rows = [index_row(n, JobState.SUCCEEDED, "a") for n in range(3)]
    library.index_jobs(rows)
    for row in rows:
        library.plan(row.job_id, planned(2))
    library.drop_jobs(row.job_id for row in rows[:2])
    assert list(library.job_ids()) == [rows[2].job_id]
    assert [library.planned(row.job_id) for row in rows] == [None, None, 2]
