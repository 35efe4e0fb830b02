"""Made from the table of calls by `make client-calls`; a test fails when it is stale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gristmill.client.asks import Ask, Form, JsonBody
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
