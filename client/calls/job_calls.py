"""Made from the table of calls by `make client-calls`; a test fails when it is stale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gristmill.client.asks import Ask, Form, part
from gristmill.schemas.outcomes.documents import LedgerRow
from gristmill.schemas.views import JobView, PageView

if TYPE_CHECKING:
    from gristmill.schemas.jobs.states import DocumentState, JobState


def jobs(
    *,
    q: str | None = None,
    state: JobState
    | Literal["queued", "running", "succeeded", "partial", "failed", "cancelled"]
    | None = None,
    collection: str | None = None,
    filter: str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Ask[PageView[JobView]]:
    """Jobs, newest first.

    `q`: Only jobs with all of these words in their names, metadata, key, id or reasons; the
    last may be the beginning of one. Of those that have not ended the newest 200 are looked
    at.

    `state`: Only jobs in this state.

    `collection`: Only what is in this collection.

    `filter`: Only jobs that pass this.

    `after`: Where the page begins: after the item with this cursor.

    `limit`: The most items of one page.
    """
    return Ask(
        "GET",
        "/ingest",
        Form.JSON,
        {200: PageView[JobView]},
        query={
            "q": q,
            "state": state,
            "collection": collection,
            "filter": filter,
            "after": after,
            "limit": limit,
        },
    )


def job(job_id: str, *, wait: float | None = None) -> Ask[JobView]:
    """A job, with its counts while it runs.

    `job_id`: The job.

    `wait`: How long the answer may be held until the job has ended or, with `If-None-Match`,
    has changed; at most `long_poll_max_s`.
    """
    return Ask(
        "GET",
        f"/ingest/{part('job_id', job_id)}",
        Form.JSON,
        {200: JobView, 202: JobView},
        query={"wait": wait},
    )


def job_documents(
    job_id: str,
    *,
    state: DocumentState
    | Literal["pending", "succeeded", "unchanged", "duplicate", "failed", "cancelled", "skipped"]
    | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Ask[PageView[LedgerRow]]:
    """The ledger: what became of each document of a job, in their order.

    `job_id`: The job.

    `state`: Only documents in this state.

    `after`: Where the page begins: after the item with this cursor.

    `limit`: The most items of one page.
    """
    return Ask(
        "GET",
        f"/ingest/{part('job_id', job_id)}/documents",
        Form.JSON,
        {200: PageView[LedgerRow]},
        query={"state": state, "after": after, "limit": limit},
    )


def cancel(job_id: str) -> Ask[JobView]:
    """End a job: at once where it waits, within a second where it runs.

    `job_id`: The job.
    """
    return Ask(
        "DELETE", f"/ingest/{part('job_id', job_id)}", Form.JSON, {200: JobView, 202: JobView}
    )


def retry(job_id: str) -> Ask[JobView]:
    """Run the failed and cancelled documents of an ended job again.

    `job_id`: The job.
    """
    return Ask("POST", f"/ingest/{part('job_id', job_id)}/retry", Form.JSON, {202: JobView})


def delete_job(job_id: str) -> Ask[None]:
    """Forget an ended job: its history, its ledger, its key, and uploads kept for a retry. Its
    documents stay in the library.

    `job_id`: The job.
    """
    return Ask("DELETE", f"/ingest/{part('job_id', job_id)}/record", Form.JSON, {204: None})
