"""Made from the table of calls by `make client-calls`; a test fails when it is stale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gristmill.client.asks import Ask, Form, JsonBody, RawBody
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.views import JobView


def submit(
    body: IngestionTask | Mapping[str, Any], *, idempotency_key: str | None = None
) -> Ask[JobView]:
    """Submit one job; it is safely on disk before it is answered.

    `body`: A job as a JSON object.

    `idempotency_key`: Names the submission: what is sent again with the same key is the same
    job.
    """
    return Ask(
        "POST",
        "/ingest",
        Form.JSON,
        {202: JobView, 200: JobView},
        headers={"Idempotency-Key": idempotency_key},
        body=JsonBody(body),
    )


def submit_many() -> Ask[JobView]:
    """Submit a job a line; the results come while the lines are read."""
    return Ask("POST", "/ingest/batch", Form.LINES, {200: JobView})


def put_document(
    uri: str,
    content: bytes,
    *,
    idempotency_key: str | None = None,
    collection: str | None = None,
    priority: int | None = None,
    timeout_s: float | None = None,
    webhook: str | None = None,
    content_type: str | None = None,
) -> Ask[JobView]:
    """Submit one document under a uri of your own: it takes the place of the one that was there,
    and is left as it is where it is the same (`unchanged`).

    `uri`: What your program calls the document; one of the same collection and uri is
    replaced.

    `idempotency_key`: Names the submission: what is sent again with the same key is the same
    job.

    `collection`: Where the documents go.

    `priority`: Higher runs sooner.

    `timeout_s`: How many seconds one document may take; else as the service is set.

    `webhook`: A URL that is told when the job has ended.
    """
    return Ask(
        "PUT",
        "/documents",
        Form.JSON,
        {202: JobView, 200: JobView},
        query={
            "uri": uri,
            "collection": collection,
            "priority": priority,
            "timeout_s": timeout_s,
            "webhook": webhook,
        },
        headers={"Idempotency-Key": idempotency_key},
        body=RawBody(content, content_type),
    )
