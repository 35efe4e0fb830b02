"""Made from the table of calls by `make client-calls`; a test fails when it is stale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gristmill.client.asks import Ask, Form, JsonBody, part
from gristmill.schemas.mirrors import MirrorRequest, MirrorRunRequest, MirrorView
from gristmill.schemas.views import PageView


def add_mirror(body: MirrorRequest | Mapping[str, Any]) -> Ask[MirrorView]:
    """Keep a folder of the service's machine, below an allowed root, in step with a collection;
    its first run comes at once.

    `body`: The mirror, as a JSON object.
    """
    return Ask("POST", "/mirrors", Form.JSON, {201: MirrorView}, body=JsonBody(body))


def mirrors(*, after: str | None = None, limit: int | None = None) -> Ask[PageView[MirrorView]]:
    """Mirrors, by name.

    `after`: Where the page begins: after the item with this cursor.

    `limit`: The most items of one page.
    """
    return Ask(
        "GET",
        "/mirrors",
        Form.JSON,
        {200: PageView[MirrorView]},
        query={"after": after, "limit": limit},
    )


def mirror(mirror: str) -> Ask[MirrorView]:
    """A mirror: what it is, what its last run has found, and what it waits for.

    `mirror`: The mirror.
    """
    return Ask("GET", f"/mirrors/{part('mirror', mirror)}", Form.JSON, {200: MirrorView})


def run_mirror(mirror: str, body: MirrorRunRequest | Mapping[str, Any]) -> Ask[MirrorView]:
    """Compare a mirror now; with `confirm_gone`, files that are gone are meant to be.

    `mirror`: The mirror.

    `body`: What is said of this run.
    """
    return Ask(
        "POST",
        f"/mirrors/{part('mirror', mirror)}/run",
        Form.JSON,
        {202: MirrorView},
        body=JsonBody(body),
    )


def pause_mirror(mirror: str) -> Ask[MirrorView]:
    """Do nothing for a mirror until it is resumed.

    `mirror`: The mirror.
    """
    return Ask("POST", f"/mirrors/{part('mirror', mirror)}/pause", Form.JSON, {200: MirrorView})


def resume_mirror(mirror: str) -> Ask[MirrorView]:
    """Go on with a mirror that was paused.

    `mirror`: The mirror.
    """
    return Ask("POST", f"/mirrors/{part('mirror', mirror)}/resume", Form.JSON, {200: MirrorView})


def remove_mirror(mirror: str) -> Ask[None]:
    """Forget a mirror; the documents that it has brought stay.

    `mirror`: The mirror.
    """
    return Ask("DELETE", f"/mirrors/{part('mirror', mirror)}", Form.JSON, {204: None})
