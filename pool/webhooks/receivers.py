"""Who is told that a job has ended, and by which secret it is signed."""

import logging
from datetime import UTC, datetime
from pathlib import Path

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from gristmill.pool.webhooks.sending import Parcel
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.problems.errors import GristmillError, StorageFailed
from gristmill.schemas.webhooks import Delivery
from gristmill.storage.stores import Stores

_log = logging.getLogger(__name__)


class Receivers:
    """Safe from any thread."""

    def __init__(self, stores: Stores, settings: Settings) -> None:
        self._hooks, self._secret_file = stores.hooks, settings.webhook_secret_file
        self._failing = False

    def of(self, manifest: Manifest) -> str | None:
        """Where the end of a job is told: as it asked for, or as its collection is set; None where
        nobody is."""
        if manifest.webhook is not None:
            return manifest.webhook
        try:
            hook = self._hooks.all().get(manifest.collection)
        except (OSError, GristmillError) as error:
            # A job must not wait for its end over that.
            if not self._failing:
                _log.error("webhooks of collections are not called: %s", error)
            self._failing = True
            return None
        self._failing = False
        return None if hook is None else hook.url

    def parcel(self, delivery: Delivery) -> Parcel:
        """What is sent now (https://www.standardwebhooks.com). Raises StorageFailed, OSError where
        there is no secret to sign it with."""
        body, now = delivery.body, datetime.now(UTC)
        signature = self._signer(delivery.collection).sign(delivery.webhook_id, now, body)
        headers = {
            "webhook-id": delivery.webhook_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }
        return Parcel(delivery.url, body.encode(), headers)

    def _signer(self, collection: str) -> Webhook:
        hook = self._hooks.all().get(collection)
        if hook is not None:
            return Webhook(hook.secret)
        if not self._secret_file:
            raise StorageFailed("there is no secret to sign it with (webhook_secret_file)")
        text = Path(self._secret_file).read_text(encoding="utf-8", errors="replace").strip()
        try:
            return Webhook(text)
        except (ValueError, EmptyWebhookSecretError):
            # What it says may have some of the secret in it.
            raise StorageFailed(
                "webhook_secret_file holds no secret, which is `whsec_` and base64"
            ) from None
