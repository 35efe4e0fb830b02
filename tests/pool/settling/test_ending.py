"""From what is known of a job to its next manifest."""

from datetime import UTC, datetime

import pytest

from gristmill.pool.settling.ending import ended, event_for, reopened, running
from gristmill.schemas.jobs.manifest import Counts, JobError, Manifest, Moment
from gristmill.schemas.jobs.sources import InlineText, Spooled
from gristmill.schemas.jobs.states import JobEvent, JobState
from gristmill.schemas.problems.errors import IllegalTransition

THEN, NOW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
UPLOAD = Spooled("u", "ab" * 32, "claim", 3)


def manifest(state: JobState = JobState.QUEUED) -> Manifest:
    return Manifest(
        job_id="018f0000-0000-7000-8000-000000000000",
        state=state,
        collection="c",
        priority=0,
        submitted_at=THEN,
        key="k",
        explicit_key=False,
        request="r",
        sources=(InlineText("a", "text"), UPLOAD),
        history=(Moment(JobState.QUEUED, THEN),),
    )


@pytest.mark.parametrize(
    ("counts", "cancelled", "error", "event"),
    [
        (Counts(total=1, succeeded=1), False, None, JobEvent.SUCCEEDED),
        (Counts(total=2, unchanged=1, duplicate=1), False, None, JobEvent.SUCCEEDED),
        (Counts(total=2, succeeded=1, failed=1), False, None, JobEvent.MIXED),
        (Counts(total=1, failed=1), False, None, JobEvent.FAILED),
        (Counts(), False, JobError("empty", "nothing"), JobEvent.FAILED),
        (Counts(), True, None, JobEvent.CANCELLED),
        (Counts(total=2, succeeded=1, cancelled=1), True, None, JobEvent.CANCELLED),
        (Counts(total=2, succeeded=1, cancelled=1), False, None, JobEvent.CANCELLED),
        (Counts(total=1, succeeded=1), True, None, JobEvent.SUCCEEDED),
    ],
)
def test_which_event_ends_a_job(
    counts: Counts, cancelled: bool, error: JobError | None, event: JobEvent
) -> None:
    assert event_for(counts, cancelled=cancelled, error=error) is event


def test_each_state_enters_the_history_once() -> None:
    one = running(manifest(), NOW)
    assert one.started_at == NOW
    two = ended(one, JobEvent.SUCCEEDED, Counts(total=2, succeeded=2), None, NOW)
    assert [moment.state for moment in two.history] == ["queued", "running", "succeeded"]
    assert two.finished_at == NOW


def test_a_success_keeps_no_text_and_a_failure_keeps_it_for_the_retry() -> None:
    one = running(manifest(), NOW)
    good = ended(one, JobEvent.SUCCEEDED, Counts(total=2, succeeded=2), None, NOW)
    assert good.sources == (InlineText("a", None), UPLOAD)
    bad = ended(one, JobEvent.FAILED, Counts(total=2, failed=2), None, NOW)
    assert bad.sources == one.sources
    assert bad.error is not None and bad.error.code == "documents_failed"


def test_a_retry_is_the_next_run() -> None:
    bad = ended(
        running(manifest(), NOW), JobEvent.FAILED, Counts(failed=1), JobError("empty", "x"), NOW
    )
    again = reopened(bad, NOW)
    assert (again.state, again.run, again.error, again.finished_at) == ("queued", 2, None, None)
    assert [moment.state for moment in again.history][-2:] == ["failed", "queued"]


def test_a_success_cannot_be_retried() -> None:
    with pytest.raises(IllegalTransition):
        reopened(manifest(JobState.SUCCEEDED), NOW)
