"""Made from the table of calls by `make client-calls`; a test fails when it is stale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gristmill.client.asks import Ask, Form, JsonBody, part
from gristmill.schemas.key_views import KeysView, KeyView, NewKey


def keys() -> Ask[KeysView]:
    """API keys, without what opens them. No call on keys is for one that is bound to
    collections.
    """
    return Ask("GET", "/keys", Form.JSON, {200: KeysView})


def make_key(body: NewKey | Mapping[str, Any]) -> Ask[KeyView]:
    """Make an API key. From the first one on everybody needs one.

    `body`: The key to be made.
    """
    return Ask("POST", "/keys", Form.JSON, {201: KeyView}, body=JsonBody(body))


def revoke_key(name: str) -> Ask[KeyView]:
    """End an API key, at once and for ever.

    `name`: The name of the key.
    """
    return Ask("DELETE", f"/keys/{part('name', name)}", Form.JSON, {200: KeyView})
