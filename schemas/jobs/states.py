"""The life of a job and of a document: one table, read by the code, the docs and the tests."""

from enum import StrEnum
from typing import NamedTuple

from gristmill.schemas.problems.errors import IllegalTransition


class JobState(StrEnum):
    """Where a job is. `docs/job-lifecycle.md` draws it."""

    QUEUED = "queued"
    """Accepted and on disk; no worker has it. Moved on by a worker's lease."""
    RUNNING = "running"
    """A worker has leased a part of it. Moved on when its last task is settled."""
    SUCCEEDED = "succeeded"
    """Every document is in the library (or was there already), but those that were skipped."""
    PARTIAL = "partial"
    """Some documents failed, some did not."""
    FAILED = "failed"
    """No document got through, or the job was turned away (`queue_full`)."""
    CANCELLED = "cancelled"
    """A user ended it; documents done by then stay."""

    @property
    def terminal(self) -> bool:
        return self not in (JobState.QUEUED, JobState.RUNNING)


class DocumentState(StrEnum):
    """Where one document of a job is, as its ledger row says."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    """Of a kind that is not read, and nobody has named it: it lay in a folder or an archive."""


class JobEvent(StrEnum):
    """What can happen to a job."""

    LEASED = "leased"
    SUCCEEDED = "all documents succeeded"
    MIXED = "some documents failed"
    FAILED = "no document succeeded"
    TURNED_AWAY = "turned away"
    CANCELLED = "cancelled"
    RETRIED = "retried"


class Transition(NamedTuple):
    """One row of the table: in `state`, `event` leads to `to`; `mover` brings the event."""

    state: JobState
    event: JobEvent
    to: JobState
    mover: str


TRANSITIONS: tuple[Transition, ...] = (
    Transition(JobState.QUEUED, JobEvent.LEASED, JobState.RUNNING, "a worker's lease"),
    Transition(
        JobState.QUEUED, JobEvent.TURNED_AWAY, JobState.FAILED, "the accept path, queue full"
    ),
    Transition(JobState.QUEUED, JobEvent.CANCELLED, JobState.CANCELLED, "DELETE /ingest/{id}"),
    Transition(JobState.RUNNING, JobEvent.SUCCEEDED, JobState.SUCCEEDED, "the settler"),
    Transition(JobState.RUNNING, JobEvent.MIXED, JobState.PARTIAL, "the settler"),
    Transition(JobState.RUNNING, JobEvent.FAILED, JobState.FAILED, "the settler"),
    Transition(
        JobState.RUNNING, JobEvent.CANCELLED, JobState.CANCELLED, "the settler, after DELETE"
    ),
    Transition(JobState.PARTIAL, JobEvent.RETRIED, JobState.QUEUED, "POST /ingest/{id}/retry"),
    Transition(JobState.FAILED, JobEvent.RETRIED, JobState.QUEUED, "POST /ingest/{id}/retry"),
    Transition(JobState.CANCELLED, JobEvent.RETRIED, JobState.QUEUED, "POST /ingest/{id}/retry"),
)

_NEXT = {(row.state, row.event): row.to for row in TRANSITIONS}


def advance(state: JobState, event: JobEvent) -> JobState:
    """The state that `event` leads to. Raises IllegalTransition where the table has no row."""
    try:
        return _NEXT[state, event]
    except KeyError:
        raise IllegalTransition(f"a {state} job cannot be {event}") from None


def ending(succeeded: int, failed: int, cancelled: int, skipped: int = 0) -> JobEvent:
    """How a job ends whose last document is settled, from the counts of its documents.

    `succeeded` includes the unchanged and the duplicate ones. No document at all is a failure; one
    that was skipped is none.
    """
    if cancelled:
        return JobEvent.CANCELLED
    if failed and succeeded:
        return JobEvent.MIXED
    if skipped and not failed:
        return JobEvent.SUCCEEDED
    return JobEvent.SUCCEEDED if succeeded else JobEvent.FAILED
