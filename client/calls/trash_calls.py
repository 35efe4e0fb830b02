"""Made from the table of calls by `make client-calls`; a test fails when it is stale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gristmill.client.asks import Ask, Form, JsonBody
from gristmill.schemas.trash import Restoration, RestoreRequest, TrashView


def trash(
    *,
    collection: str | None = None,
    filter: str | None = None,
    mirror: str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Ask[TrashView]:
    """Deleted documents that can be taken back, the one that was deleted last first.

    `collection`: Only what is in this collection.

    `filter`: Only documents that pass this.

    `mirror`: Only what this mirror has deleted.

    `after`: Where the page begins: after the item with this cursor.

    `limit`: The most items of one page.
    """
    return Ask(
        "GET",
        "/trash",
        Form.JSON,
        {200: TrashView},
        query={
            "collection": collection,
            "filter": filter,
            "mirror": mirror,
            "after": after,
            "limit": limit,
        },
    )


def restore_documents(body: RestoreRequest | Mapping[str, Any]) -> Ask[Restoration]:
    """Put deleted documents back, or say how many that would be.

    `body`: Which ones, as a JSON object.
    """
    return Ask(
        "POST",
        "/trash/restore",
        Form.JSON,
        {200: Restoration, 202: Restoration},
        body=JsonBody(body),
    )
