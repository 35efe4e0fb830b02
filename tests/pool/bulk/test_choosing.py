"""Which jobs a query finds, with which an action can be done."""

from pathlib import Path
from typing import Any

import pytest
from support.many_jobs import ManyJobs

from gristmill.pool.bulk.choosing import Chooser, Place, Wanted
from gristmill.pool.bulk.keeper import Asker
from gristmill.schemas.bulk import BulkAction, JobQuery
from gristmill.schemas.jobs.manifest import JobError
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import InvalidFilter

RETRY, CANCEL, DELETE = BulkAction.RETRY, BulkAction.CANCEL, BulkAction.DELETE


@pytest.fixture
def many(in_memory: Path) -> ManyJobs:
    jobs = ManyJobs(in_memory / "data")
    for state in JobState:
        jobs.add(state, collection="a", name=f"{state.value}-report.pdf")
    jobs.add(JobState.FAILED, collection="b", submitted_by="nightly", metadata={"team": "red"})
    jobs.add(JobState.FAILED, collection="b", error=JobError("queue_full", "the queue was full"))
    return jobs


@pytest.mark.parametrize(
    ("action", "query", "found"),
    [
        (RETRY, {}, 5),  # failed, partial, cancelled; two more failed
        (CANCEL, {}, 2),
        (DELETE, {}, 6),
        (RETRY, {"state": JobState.FAILED}, 3),
        (RETRY, {"state": JobState.SUCCEEDED}, 0),
        (DELETE, {"collection": "b"}, 2),
        (DELETE, {"filter": "state in (failed, succeeded) and collection = a"}, 2),
        (DELETE, {"filter": "not state = failed"}, 3),
        (RETRY, {"filter": "code = queue_full"}, 1),
        (RETRY, {"filter": "key = nightly"}, 1),
        (RETRY, {"filter": "metadata.team = red"}, 1),
        (DELETE, {"filter": "name ~ *REPORT.pdf"}, 4),
        (DELETE, {"filter": "submitted_at < 2020"}, 0),
        (DELETE, {"filter": "submitted_at >= 2020 and finished_at exists"}, 6),
        (DELETE, {"q": "report"}, 4),
        (DELETE, {"q": "repo", "state": JobState.FAILED}, 1),
        (CANCEL, {"q": "queued repo"}, 1),
        (DELETE, {"q": "!!!"}, 0),
        (DELETE, {"q": "red", "filter": "collection = a"}, 0),
    ],
)
def test_a_query_finds_the_jobs_that_something_can_be_done_with(
    many: ManyJobs, action: BulkAction, query: dict[str, Any], found: int
) -> None:
    preview = many.preview(action, **query)
    assert (preview.jobs, len(preview.job_ids)) == (found, found)


def test_an_id_is_found_as_words_and_in_a_filter(many: ManyJobs) -> None:
    job_id = many.add(JobState.FAILED)
    assert many.preview(DELETE, q=job_id).job_ids == (job_id,)
    assert many.preview(DELETE, filter=f"job_id = {job_id}").job_ids == (job_id,)


def test_a_bound_key_finds_nothing_of_another_collection_whatever_it_asks(many: ManyJobs) -> None:
    bound = Asker("bound", ("b",))
    for text in (None, "collection = b or collection = a", "state exists"):
        assert many.preview(DELETE, bound, filter=text).jobs == 2
    assert many.preview(DELETE, bound, collection="a").jobs == 0
    assert many.preview(DELETE, bound, filter="collection = a").jobs == 0


@pytest.mark.parametrize("filter_", ["state = failed", "name exists"])
def test_pages_are_whole_however_small_they_are(many: ManyJobs, filter_: str) -> None:
    query = JobQuery(filter=filter_)
    wanted = Wanted(query, None, tuple(JobState))
    chooser, found = Chooser(many.stores), list[str]()
    place: Place | None = Place()
    with many.stores.library(readonly=True) as library:
        while place is not None:
            some, place = chooser.page(library, wanted, place, limit=1)
            found += some
    assert len(found) == len(set(found)) == (3 if filter_.startswith("state") else 8)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stat = failed", "did you mean state"),
        ("state = broken", "no job has the state 'broken'"),
        ("submitted_at > soon", "a date such as"),
        ("pages > 1", "there is no field 'pages'"),
    ],
)
def test_a_filter_that_means_nothing_says_why(text: str, said: str) -> None:
    with pytest.raises(InvalidFilter, match=said):
        Wanted(JobQuery(filter=text), None)
