"""What became of telling receivers of ends, from a server or from a data folder."""

from collections.abc import Callable
from typing import Protocol

from gristmill.client.service_client import Client
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.problems.errors import InvalidCursor
from gristmill.schemas.views import PageView
from gristmill.schemas.webhooks import (
    DeliveryState,
    DeliveryView,
    HooksView,
    HookView,
    NewHook,
    hook_view,
    hooks_view,
    is_webhook_id,
    listed,
)
from gristmill.storage.stores import Stores


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

    def receivers(self) -> HooksView:
        """Where the ends of each collection's jobs are told, without secrets."""
        ...

    def set(self, collection: str, url: str) -> HookView:
        """Have them told there, signed by the secret that this alone tells."""
        ...

    def drop(self, collection: str) -> None:
        """Tell nobody of a collection any more."""
        ...


class FolderWebhooks:
    """Those of a data folder; `replay` asks its supervisor."""

    def __init__(self, stores: Stores, settings: Settings, replay: Callable[[str], object]) -> None:
        self._deliveries, self._hooks = stores.deliveries, stores.hooks
        self._settings, self._replay = settings, replay

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

    def receivers(self) -> HooksView:
        return hooks_view(self._hooks.all().values())

    def set(self, collection: str, url: str) -> HookView:
        from gristmill.pool.intake.webhook_checks import check_collection, check_receiver

        check_collection(collection)
        check_receiver(url, self._settings)
        return hook_view(self._hooks.set(collection, url), with_secret=True)

    def drop(self, collection: str) -> None:
        self._hooks.drop(collection)


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

    def receivers(self) -> HooksView:
        return self._client.webhooks()

    def set(self, collection: str, url: str) -> HookView:
        return self._client.set_webhook(collection, NewHook(url))

    def drop(self, collection: str) -> None:
        self._client.drop_webhook(collection)
