"""Made from the table of calls by `make client-calls`; a test fails when it is stale."""

from __future__ import annotations

from gristmill.client.asks import Ask, Form, part
from gristmill.schemas.events import StreamedEvent


def job_events(job_id: str, *, last_event_id: str | None = None) -> Ask[StreamedEvent]:
    """What happens to a job and its documents, as server-sent events, until it has ended.

    `job_id`: The job.

    `last_event_id`: The last `id` that was read: the stream goes on after it.
    """
    return Ask(
        "GET",
        f"/ingest/{part('job_id', job_id)}/events",
        Form.EVENTS,
        {200: StreamedEvent, 204: None},
        headers={"Last-Event-ID": last_event_id},
    )


def events(
    *, filter: str | None = None, collection: str | None = None, last_event_id: str | None = None
) -> Ask[StreamedEvent]:
    """What happens to all jobs and their documents, as server-sent events, without end.

    `filter`: Only events that pass this.

    `collection`: Only what is in this collection.

    `last_event_id`: The last `id` that was read: the stream goes on after it.
    """
    return Ask(
        "GET",
        "/events",
        Form.EVENTS,
        {200: StreamedEvent},
        query={"filter": filter, "collection": collection},
        headers={"Last-Event-ID": last_event_id},
    )
