"""What became of telling receivers of ends, from a server or from a data folder."""

from collections.abc import Callable
from typing import Any, Protocol

from gristmill.cli.backends import Page
from gristmill.schemas.problems.errors import InvalidCursor
from gristmill.schemas.webhooks import DeliveryState, DeliveryView, is_webhook_id, listed
from gristmill.server.calls.tables.webhook_table import DELIVERIES, REPLAY
from gristmill.storage.webhooks import Deliveries


class WebhookBackend(Protocol):
    """What `gristmill webhooks` asks for. Methods raise GristmillError."""

    def page(
        self, state: DeliveryState | None, collection: str | None, after: str | None, limit: int
    ) -> Page[DeliveryView]:
        """Newest jobs first. It may be short, or empty, and go on all the same."""
        ...

    def replay(self, job_id: str) -> None:
        """Have the end of a job told once more. Returns at once."""
        ...


class FolderWebhooks:
    """Those of a data folder; `replay` asks its supervisor."""

    def __init__(self, deliveries: Deliveries, replay: Callable[[str], object]) -> None:
        self._deliveries, self._replay = deliveries, replay

    def page(
        self, state: DeliveryState | None, collection: str | None, after: str | None, limit: int
    ) -> Page[DeliveryView]:
        if after is not None and not is_webhook_id(after):
            raise InvalidCursor(f"--after {after!r} is no cursor of this list")
        found, following = self._deliveries.newest(
            state=state, within=collection, after=after, limit=limit
        )
        return Page([listed(each) for each in found], following)

    def replay(self, job_id: str) -> None:
        self._replay(job_id)


class RemoteWebhooks:
    """Those of a server; `ask` sends a call and decodes its answer."""

    def __init__(self, ask: Callable[..., Any]) -> None:
        self._ask = ask

    def page(
        self, state: DeliveryState | None, collection: str | None, after: str | None, limit: int
    ) -> Page[DeliveryView]:
        asked = {"state": state, "collection": collection, "after": after, "limit": limit}
        found: Page[DeliveryView] = self._ask(DELIVERIES, Page[DeliveryView], asked)
        return found

    def replay(self, job_id: str) -> None:
        self._ask(REPLAY, dict[str, Any], job_id=job_id)
