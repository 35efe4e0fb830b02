"""What became of telling receivers of ends, from a server or from a data folder."""

from collections.abc import Callable
from typing import Protocol

from gristmill.client.service_client import Client
from gristmill.schemas.problems.errors import InvalidCursor
from gristmill.schemas.views import PageView
from gristmill.schemas.webhooks import DeliveryState, DeliveryView, is_webhook_id, listed
from gristmill.storage.records.webhooks import Deliveries


class WebhookBackend(Protocol):
    """What `gristmill webhooks` asks for. Methods raise GristmillError."""

    def page(
        self, state: DeliveryState | None, collection: str | None, after: str | None, limit: int
    ) -> PageView[DeliveryView]:
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
    ) -> PageView[DeliveryView]:
        if after is not None and not is_webhook_id(after):
            raise InvalidCursor(f"--after {after!r} is no cursor of this list")
        found, following = self._deliveries.newest(
            state=state, within=collection, after=after, limit=limit
        )
        return PageView([listed(each) for each in found], following)

    def replay(self, job_id: str) -> None:
        self._replay(job_id)


class RemoteWebhooks:
    """Those of a server."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def page(
        self, state: DeliveryState | None, collection: str | None, after: str | None, limit: int
    ) -> PageView[DeliveryView]:
        return self._client.deliveries(state=state, collection=collection, after=after, limit=limit)

    def replay(self, job_id: str) -> None:
        self._client.replay_webhook(job_id)
