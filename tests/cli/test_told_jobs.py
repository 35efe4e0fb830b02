"""`jobs --follow`: each job once in each of its states."""

from datetime import UTC, datetime
from typing import cast

import pytest

from gristmill.cli.backends import Backend
from gristmill.cli.ingesting.told_jobs import ToldJobs, tell
from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import JobNotFound, Unavailable
from gristmill.schemas.views import JobView, PageView

AT = datetime(2026, 1, 1, tzinfo=UTC)
QUEUED, RUNNING, DONE = JobState.QUEUED, JobState.RUNNING, JobState.SUCCEEDED


class Jobs:
    """A backend whose jobs the test changes."""

    def __init__(self, **states: JobState) -> None:
        self.states = dict(states)

    def jobs(
        self, state: object, collection: object, after: str | None, limit: int
    ) -> PageView[JobView]:
        ids = sorted((i for i in self.states if after is None or i < after), reverse=True)
        more = len(ids) > limit
        return PageView([self.job(i) for i in ids[:limit]], ids[limit - 1] if more else None)

    def job(self, job_id: str) -> JobView:
        if job_id not in self.states:
            raise JobNotFound(job_id)
        return JobView(job_id, self.states[job_id], "c", 0, AT, AT, AT, {}, {}, Counts(), None, ())


def told(backend: Jobs, first: int = 20) -> ToldJobs:
    return ToldJobs(cast(Backend, backend), None, first)


def names(jobs: list[JobView]) -> list[tuple[str, JobState]]:
    return [(job.job_id, job.state) for job in jobs]


def test_at_first_the_last_ones_are_told_the_oldest_first() -> None:
    assert names(told(Jobs(a=DONE, b=DONE, c=RUNNING), 2).news()) == [("b", DONE), ("c", RUNNING)]


def test_what_comes_and_what_changes_is_told_once() -> None:
    backend = Jobs(a=RUNNING)
    followed = told(backend)
    followed.news()
    assert followed.news() == []
    backend.states.update(a=DONE, b=QUEUED)
    assert names(followed.news()) == [("a", DONE), ("b", QUEUED)]
    assert followed.news() == []


def test_of_many_that_come_at_once_none_is_left_out() -> None:
    backend = Jobs(a=DONE)
    followed = told(backend)
    followed.news()
    backend.states.update({f"b{number:04}": DONE for number in range(450)})
    assert len(followed.news()) == 450


def test_an_old_job_that_ends_late_is_told_and_one_that_is_purged_is_forgotten() -> None:
    backend = Jobs(a=RUNNING, b=RUNNING)
    followed = told(backend)
    followed.news()
    backend.states.update({f"c{number:04}": DONE for number in range(250)})
    followed.news()
    backend.states["a"] = DONE
    del backend.states["b"]
    assert names(followed.news()) == [("a", DONE)]


def test_a_server_that_stays_away_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1000, 10))
    module = "gristmill.cli.ingesting.told_jobs.time"
    monkeypatch.setattr(f"{module}.sleep", lambda seconds: None)
    monkeypatch.setattr(f"{module}.monotonic", lambda: next(clock))
    backend = Jobs(a=DONE)
    shown: list[str] = []

    def away(*_: object) -> PageView[JobView]:
        raise Unavailable("away")

    monkeypatch.setattr(backend, "jobs", away)
    with pytest.raises(Unavailable):
        tell(told(backend), lambda job: shown.append(job.job_id))
    assert shown == [] and next(clock) >= 30
