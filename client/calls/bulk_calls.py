"""Made from the table of calls by `make client-calls`; a test fails when it is stale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gristmill.client.asks import Ask, Form, JsonBody, part
from gristmill.schemas.bulk import BulkPreview, BulkRequest, BulkView
from gristmill.schemas.views import PageView


def bulk(
    body: BulkRequest | Mapping[str, Any], *, idempotency_key: str | None = None
) -> Ask[BulkPreview | BulkView]:
    """Retry, cancel or delete every job that a query finds: without `confirm` say how many there
    are, with it begin.

    `body`: The action and its query, as a JSON object.

    `idempotency_key`: Names the bulk action: what is sent again with the same key is the same
    one. Without it, `confirm` does.
    """
    return Ask(
        "POST",
        "/bulk",
        Form.JSON,
        {200: BulkPreview, 202: BulkView},
        headers={"Idempotency-Key": idempotency_key},
        body=JsonBody(body),
    )


def bulk_actions(*, after: str | None = None, limit: int | None = None) -> Ask[PageView[BulkView]]:
    """Bulk actions, newest first; of those that have ended the last 500.

    `after`: Where the page begins: after the item with this cursor.

    `limit`: The most items of one page.
    """
    return Ask(
        "GET", "/bulk", Form.JSON, {200: PageView[BulkView]}, query={"after": after, "limit": limit}
    )


def bulk_action(bulk_id: str) -> Ask[BulkView]:
    """A bulk action: how far it has come, and what was not done for which reasons.

    `bulk_id`: The bulk action.
    """
    return Ask("GET", f"/bulk/{part('bulk_id', bulk_id)}", Form.JSON, {200: BulkView})


def stop_bulk(bulk_id: str) -> Ask[BulkView]:
    """Have a bulk action end before its next jobs; what is done stays so.

    `bulk_id`: The bulk action.
    """
    return Ask("DELETE", f"/bulk/{part('bulk_id', bulk_id)}", Form.JSON, {202: BulkView})
