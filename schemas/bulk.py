"""Bulk actions: one thing that is done with every job that a filter finds, in the background."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from gristmill.schemas.filters.parsing import MOST_CHARACTERS
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.times import Utc


class BulkAction(StrEnum):
    """What is done with each job, as the call on one job does it."""

    RETRY = "retry"
    CANCEL = "cancel"
    DELETE = "delete"


class BulkState(StrEnum):
    """Where a bulk action is. Each is moved on by the supervisor's mover."""

    WAITING = "waiting"
    """It is on disk; those before it come first."""
    RUNNING = "running"
    CANCELLING = "cancelling"
    """Somebody has asked it to stop: it does so before the next jobs."""
    CANCELLED = "cancelled"
    """It was stopped; what was done by then stays so."""
    DONE = "done"
    FAILED = "failed"
    """It cannot go on: `reasons` says why. What was done by then stays so."""

    @property
    def ended(self) -> bool:
        return self in (BulkState.CANCELLED, BulkState.DONE, BulkState.FAILED)


STATES: dict[BulkAction, tuple[JobState, ...]] = {
    BulkAction.RETRY: (JobState.FAILED, JobState.PARTIAL, JobState.CANCELLED),
    BulkAction.CANCEL: (JobState.QUEUED, JobState.RUNNING),
    BulkAction.DELETE: tuple(state for state in JobState if state.terminal),
}
"""The states in which jobs are when something can be done with them, in the order in which they
are gone through: what begins to run while the waiting ones are is found later."""

_Words = Annotated[str, Meta(max_length=2000)]
_Condition = Annotated[str, Meta(max_length=MOST_CHARACTERS)]
_Token = Annotated[str, Meta(min_length=1, max_length=200)]


class JobQuery(msgspec.Struct, frozen=True):
    """Which jobs: all that is said has to be true. The same as the list of jobs takes."""

    q: _Words | None = None
    state: JobState | None = None
    collection: _Words | None = None
    filter: _Condition | None = None


class BulkRequest(JobQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to be done with which jobs. Without `confirm` it is only looked at."""

    action: BulkAction
    confirm: _Token | None = None

    @property
    def query(self) -> JobQuery:
        """An empty text counts as missing."""
        return JobQuery(self.q or None, self.state, self.collection or None, self.filter or None)


class BulkPreview(msgspec.Struct, frozen=True):
    """What an action would do: with how many `jobs` that the query finds and that it can be done
    with; `job_ids` names the first of them. Sent once more with `confirm`, before `expires_at`, it
    begins, and does nothing with a job that is not among these."""

    action: BulkAction
    query: JobQuery
    jobs: int
    job_ids: tuple[str, ...]
    confirm: str
    expires_at: Utc


class Reason(msgspec.Struct, frozen=True):
    """Why something was not done with some `jobs`, of which `job_ids` names the first."""

    code: str
    message: str
    jobs: int
    job_ids: tuple[str, ...] = ()


class BulkView(msgspec.Struct, frozen=True):
    """A bulk action, which was said to be about so many `jobs`. `done`, `refused` and `failed` are
    counts of them; with `no_longer` (told at its end) nothing was done, since they had become
    others by then. `reasons` says why jobs were refused or failed, the most frequent first."""

    bulk_id: str
    action: BulkAction
    state: BulkState
    query: JobQuery
    submitted_at: Utc
    started_at: Utc | None
    finished_at: Utc | None
    submitted_by: str | None
    jobs: int
    done: int
    refused: int
    failed: int
    no_longer: int
    reasons: tuple[Reason, ...] = ()


class BulkRecord(msgspec.Struct, frozen=True):
    """A bulk action as it stands on disk. `within`: the collections of whoever asked for it (None:
    all). `until`: jobs that were submitted, or have ended, later are none of it. `at` is how far
    it has come: the state that is gone through, and the last job of it; `in_hand` are the jobs
    whose outcome is not counted yet."""

    bulk_id: str
    action: BulkAction
    query: JobQuery
    within: tuple[str, ...] | None
    until: Utc
    jobs: int
    key: str
    request: str
    submitted_at: Utc
    submitted_by: str | None = None
    state: BulkState = BulkState.WAITING
    started_at: Utc | None = None
    finished_at: Utc | None = None
    at: tuple[int, str | None] = (0, None)
    in_hand: tuple[str, ...] = ()
    done: int = 0
    refused: int = 0
    failed: int = 0
    reasons: tuple[Reason, ...] = ()

    def view(self, *, stopping: bool = False) -> BulkView:
        """As users see it. `stopping`: somebody has asked it to stop."""
        counted = self.done + self.refused + self.failed
        asked = stopping and not self.state.ended
        ended = self.state is BulkState.DONE
        return BulkView(
            self.bulk_id,
            self.action,
            BulkState.CANCELLING if asked else self.state,
            self.query,
            self.submitted_at,
            self.started_at,
            self.finished_at,
            self.submitted_by,
            self.jobs,
            self.done,
            self.refused,
            self.failed,
            max(0, self.jobs - counted) if ended else 0,
            self.reasons,
        )
