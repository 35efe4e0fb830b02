"""`gristmill bulk` on a data folder: what it says before it begins, and what of the end."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support.many_jobs import ManyJobs

from gristmill.cli.app import gristmill
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.pool.bulk.acts import acts
from gristmill.pool.bulk.mover import BulkMover
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import DuplicateJob

Run = Callable[..., Any]


@pytest.fixture
def many(in_memory: Path, monkeypatch: pytest.MonkeyPatch) -> ManyJobs:
    """Jobs of a folder whose supervisor works whenever somebody waits for it."""
    jobs = ManyJobs(in_memory / "data")
    monkeypatch.setattr("gristmill.pool.client.PoolClient", lambda stores: jobs.client)
    mover = BulkMover(jobs.stores, acts(jobs.stores, jobs.retry, jobs.cancel))
    monkeypatch.setattr(time, "sleep", lambda seconds: mover.look())
    monkeypatch.setattr(type(jobs.client), "alive", lambda self: not self.away)
    return jobs


@pytest.fixture
def run(many: ManyJobs) -> Run:
    def run(*arguments: str, code: ExitCode = ExitCode.OK, data: bool = True) -> Any:
        where = ["--data", str(many.stores.folder.root)] if data else []
        done = CliRunner().invoke(gristmill, ["bulk", *arguments, *where])
        assert done.exit_code == code, done.output
        return done

    return run


def test_jobs_are_counted_and_nothing_is_done_without_a_yes(many: ManyJobs, run: Run) -> None:
    job_id = many.add(JobState.FAILED)
    said = run("retry", code=ExitCode.USAGE).output
    assert "this would retry 1 job; say --yes, or --dry-run" in said
    dry = run("retry", "--dry-run").output
    assert "this would retry 1 job" in dry and job_id in dry
    assert json.loads(run("retry", "--dry-run", "--json").stdout)["jobs"] == 1
    assert many.stores.bulk.ids() == []
    none = run("cancel", "--yes").output
    assert "no job is like that and can be cancelled" in none


def test_what_is_agreed_to_is_done_and_told(many: ManyJobs, run: Run) -> None:
    jobs = [many.add(JobState.FAILED) for _ in range(3)]
    said = run("delete", "--filter", "state = failed", "--yes").output
    assert "delete, done" in said and "3 jobs" in said
    assert set(many.states(jobs)) == {None}
    assert "delete, done" in run("show", "last").output
    (line,) = run("list").stdout.splitlines()[1:]
    assert line.split("\t")[1:3] == ["delete", "done"]
    (item,) = json.loads(run("list", "--json").stdout)["items"]
    assert (item["done"], item["query"]["filter"]) == (3, "state = failed")


def test_what_was_refused_ends_it_with_1_and_says_why(
    many: ManyJobs, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = many.add(JobState.FAILED)

    def retry(job_id: str) -> None:
        raise DuplicateJob("another one with the same key is pending", job_id=job_id)

    mover = BulkMover(many.stores, acts(many.stores, retry, many.cancel))
    monkeypatch.setattr(time, "sleep", lambda seconds: mover.look())
    said = run("retry", "--yes", code=ExitCode.FAILED).output
    assert "1 job: duplicate_job: another one with the same key is pending" in said
    assert job_id in said


def test_one_can_be_begun_without_waiting_and_stopped(many: ManyJobs, run: Run) -> None:
    many.add(JobState.FAILED)
    begun = json.loads(run("retry", "--yes", "--no-wait", "--json").stdout)
    assert begun["state"] == "waiting"
    assert "cancelling" in run("stop", begun["bulk_id"]).output
    run("show", "nothing", code=ExitCode.NOT_FOUND)


def test_without_a_service_nothing_begins_and_what_waits_says_so(many: ManyJobs, run: Run) -> None:
    run("show", "last", code=ExitCode.USAGE)
    many.add(JobState.FAILED)
    begun = json.loads(run("retry", "--yes", "--no-wait", "--json").stdout)
    many.client.away = True
    run("retry", "--yes", code=ExitCode.UNAVAILABLE)
    said = run("show", begun["bulk_id"], code=ExitCode.UNAVAILABLE).output
    assert "it goes on once `gristmill serve`" in said


def test_a_wrong_filter_says_where(run: Run) -> None:
    said = run("retry", "--filter", "stat = failed", code=ExitCode.USAGE).output
    assert "did you mean state" in said
