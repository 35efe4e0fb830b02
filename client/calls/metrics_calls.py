"""Made from the table of calls by `make client-calls`; a test fails when it is stale."""

from __future__ import annotations

from gristmill.client.asks import Ask, Form


def metrics() -> Ask[str]:
    """The numbers of the whole service, as Prometheus reads them; not for a key that is bound to
    collections.
    """
    return Ask("GET", "/metrics", Form.TEXT, {200: str})
