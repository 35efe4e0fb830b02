"""Made from the table of calls by `make client-calls`; a test fails when it is stale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gristmill.client.asks import Ask, Form, JsonBody, part
from gristmill.schemas.views import JobView
from gristmill.schemas.webhooks import HooksView, HookView, NewHook


def replay_webhook(job_id: str) -> Ask[JobView]:
    """Tell the receiver of a job that it has ended once more, with the same `webhook-id`.

    `job_id`: The job.
    """
    return Ask("POST", f"/ingest/{part('job_id', job_id)}/webhook", Form.JSON, {202: JobView})


def webhooks() -> Ask[HooksView]:
    """The webhooks of collections, without their secrets."""
    return Ask("GET", "/webhooks", Form.JSON, {200: HooksView})


def set_webhook(collection: str, body: NewHook | Mapping[str, Any]) -> Ask[HookView]:
    """Have the ends of a collection's jobs told to a receiver, from the next end on.

    `collection`: The collection.

    `body`: Where the ends of its jobs are told.
    """
    return Ask(
        "PUT",
        f"/webhooks/{part('collection', collection)}",
        Form.JSON,
        {200: HookView},
        body=JsonBody(body),
    )


def drop_webhook(collection: str) -> Ask[None]:
    """Tell nobody of a collection's ends any more.

    `collection`: The collection.
    """
    return Ask("DELETE", f"/webhooks/{part('collection', collection)}", Form.JSON, {204: None})
