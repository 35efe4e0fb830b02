"""Jobs are watched to their end."""

from datetime import UTC, datetime
from typing import Any, cast

import msgspec
import pytest

from gristmill.cli.backends import Backend
from gristmill.cli.ingesting.following import follow
from gristmill.cli.ingesting.outcome import Reason, collect
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.schemas.jobs.manifest import Counts, JobError
from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.schemas.outcomes.documents import LedgerRow
from gristmill.schemas.overview import OverviewView
from gristmill.schemas.problems.errors import SupervisorAway, Unavailable
from gristmill.schemas.views import JobView, PageView

AT = datetime(2026, 1, 1, tzinfo=UTC)

NONE = Counts()


def job(state: JobState, counts: Counts = NONE, job_id: str = "J") -> JobView:
    return JobView(job_id, state, "c", 0, AT, AT, AT, {}, {}, counts, None, ())


class Script:
    """A backend that shows a job in the given states, one a look."""

    def __init__(self, *looks: JobView | Exception, rows: tuple[LedgerRow, ...] = ()) -> None:
        self.looks, self.rows = list(looks), rows

    def watch(self, job_id: str, seen: JobView | None, wait_s: float) -> JobView:
        look = self.looks.pop(0)
        if isinstance(look, Exception):
            raise look
        return look

    def ledger(self, job_id: str, state: Any, after: str | None, limit: int) -> PageView[LedgerRow]:
        start = int(after or 0)
        rows = self.rows[start : start + 1]
        return PageView(rows, str(start + 1) if start + 1 < len(self.rows) else None)

    def overview(self) -> OverviewView:
        raise Unavailable("not now")


class Recorder:
    seen = True

    def __init__(self) -> None:
        self.shown: list[tuple[int, int]] = []

    def show(self, text: str, done: int, total: int, aside: str = "", now: str = "") -> None:
        self.shown.append((done, total))


def test_the_bar_adds_up_the_documents_of_all_jobs() -> None:
    done = Counts(total=2, succeeded=2)
    backend = Script(
        job(JobState.QUEUED),
        job(JobState.RUNNING, Counts(total=2, pending=1, succeeded=1)),
        job(JobState.SUCCEEDED, done),
        job(JobState.SUCCEEDED, done, "K"),
    )
    bar = Recorder()
    ended = follow(cast(Backend, backend), ["J", "K"], bar, 4)
    assert [each.job_id for each in ended] == ["J", "K"]
    assert bar.shown == [(0, 4), (1, 4), (2, 4), (4, 4)]


def test_a_server_that_restarts_meanwhile_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gristmill.cli.ingesting.following.time.sleep", lambda seconds: None)
    backend = Script(job(JobState.RUNNING), Unavailable("away"), job(JobState.SUCCEEDED))
    assert follow(cast(Backend, backend), ["J"], Recorder())[0].state is JobState.SUCCEEDED


def test_a_job_that_nobody_works_on_is_not_waited_for() -> None:
    backend = Script(job(JobState.RUNNING), SupervisorAway("nobody"))
    with pytest.raises(SupervisorAway):
        follow(cast(Backend, backend), ["J"], Recorder())


def test_who_is_not_seen_is_told_nothing_and_costs_nothing() -> None:
    bar = Recorder()
    bar.seen = False
    follow(cast(Backend, Script(job(JobState.RUNNING), job(JobState.SUCCEEDED))), ["J"], bar)
    assert bar.shown == []


def row(ordinal: int, state: DocumentState, chunks: int | None = None) -> LedgerRow:
    return LedgerRow(ordinal, f"uri-{ordinal}", state, code="empty", message="m", chunks=chunks)


def test_the_outcome_counts_chunks_and_names_every_failure() -> None:
    rows = (row(0, DocumentState.SUCCEEDED, 3), row(1, DocumentState.FAILED))
    ended = job(JobState.PARTIAL, Counts(total=2, succeeded=1, failed=1))
    outcome = collect(cast(Backend, Script(rows=rows)), [ended], 1.23456)
    assert (outcome.chunks, outcome.seconds) == (3, 1.235)
    assert outcome.failures == [Reason("uri-1", "empty", "m", "J")]
    assert outcome.exit_code is ExitCode.DOCUMENTS_FAILED


def test_a_job_that_failed_as_a_whole_or_was_cancelled_is_a_failure() -> None:
    failed = msgspec.structs.replace(job(JobState.FAILED), error=JobError("path_gone", "gone"))
    for ended in (failed, job(JobState.CANCELLED)):
        assert collect(cast(Backend, Script()), [ended], 0).exit_code is ExitCode.FAILED
    good = collect(cast(Backend, Script()), [job(JobState.SUCCEEDED)], 0)
    assert good.exit_code is ExitCode.OK
