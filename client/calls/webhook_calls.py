"""Made from the table of calls by `make client-calls`; a test fails when it is stale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from gristmill.client.asks import Ask, Form, JsonBody, part
from gristmill.schemas.views import JobView, PageView
from gristmill.schemas.webhooks import DeliveryView, HooksView, HookView, NewHook

if TYPE_CHECKING:
    from gristmill.schemas.webhooks import DeliveryState


def deliveries(
    *,
    state: DeliveryState | Literal["due", "delivered", "failed"] | None = None,
    collection: str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Ask[PageView[DeliveryView]]:
    """What became of telling receivers that jobs have ended, newest jobs first. A page may be
    short, or empty, where few of very many are like that; `next` goes on.

    `state`: Only those in this state.

    `collection`: Only what is in this collection.

    `after`: Where the page begins: after the item with this cursor.

    `limit`: The most items of one page.
    """
    return Ask(
        "GET",
        "/deliveries",
        Form.JSON,
        {200: PageView[DeliveryView]},
        query={"state": state, "collection": collection, "after": after, "limit": limit},
    )


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
