"""Made from the table of calls by `make client-calls`; a test fails when it is stale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gristmill.client.asks import Ask, Form
from gristmill.schemas.overview import HistoryView, OverviewView

if TYPE_CHECKING:
    from gristmill.schemas.overview import Span


def overview() -> Ask[OverviewView]:
    """The service at a glance: jobs by state, workers, room, and what to do where something is
    wrong.
    """
    return Ask("GET", "/overview", Form.JSON, {200: OverviewView})


def history(*, span: Span | Literal["hour", "day", "week"] | None = None) -> Ask[HistoryView]:
    """Queue and throughput over the last hour, day or week; empty for a key that is bound to
    collections.

    `span`: How far back it goes.
    """
    return Ask("GET", "/overview/history", Form.JSON, {200: HistoryView}, query={"span": span})
