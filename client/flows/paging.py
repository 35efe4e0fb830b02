"""Lists of any length, page by page."""

from typing import Any

from gristmill.client.asks import Ask, Paged
from gristmill.client.connection import Connection
from gristmill.client.flows.asking import answered
from gristmill.client.steps import Flow, Item

PAGE = 1000
"""The most that one answer holds."""


def each(ask: Ask[Any], to: Connection) -> Flow[None]:
    """Every item, from the page on that is asked for; one page is held at a time."""
    if ask.query.get("limit") is None:
        ask = ask.asking(limit=PAGE)
    while True:
        page: Paged[object] = yield from answered(ask, to)
        for item in page.items:
            yield Item(item)
        if page.next is None:
            return
        ask = ask.asking(after=page.next)
