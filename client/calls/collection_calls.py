"""Made from the table of calls by `make client-calls`; a test fails when it is stale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gristmill.client.asks import Ask, Form, JsonBody, part
from gristmill.schemas.collections_told import (
    CollectionChange,
    CollectionChanged,
    CollectionState,
    Deletion,
    RefreshRequest,
)
from gristmill.schemas.views import JobView


def collection(collection: str) -> Ask[CollectionState]:
    """A collection: its settings, what it holds, and when it was made and has changed.

    `collection`: The collection.
    """
    return Ask(
        "GET", f"/collections/{part('collection', collection)}", Form.JSON, {200: CollectionState}
    )


def set_collection(
    collection: str, body: CollectionChange | Mapping[str, Any]
) -> Ask[CollectionChanged]:
    """Make a collection, set the options that its jobs inherit, or give it another name.

    `collection`: The collection.

    `body`: What it is set to, or its new name, as a JSON object.
    """
    return Ask(
        "PUT",
        f"/collections/{part('collection', collection)}",
        Form.JSON,
        {200: CollectionChanged},
        body=JsonBody(body),
    )


def delete_collection(collection: str, *, if_documents: int | None = None) -> Ask[Deletion]:
    """Take a collection out of the library: its settings at once, then its documents.

    `collection`: The collection.

    `if_documents`: How many documents you mean to delete: where there are others, none is,
    and the answer says how many there are.
    """
    return Ask(
        "DELETE",
        f"/collections/{part('collection', collection)}",
        Form.JSON,
        {202: Deletion},
        query={"if_documents": if_documents},
    )


def refresh(body: RefreshRequest | Mapping[str, Any]) -> Ask[JobView]:
    """Read again what other settings or versions have made of a collection, as a job.

    `body`: The collection, as a JSON object.
    """
    return Ask("POST", "/refresh", Form.JSON, {202: JobView}, body=JsonBody(body))
