"""Whether a job, or a collection, may have a webhook."""

from urllib.parse import urlsplit

import msgspec

from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.request import Collection, IngestionTask
from gristmill.schemas.open_addresses import is_open, literal, networks_of
from gristmill.schemas.problems.errors import InvalidRequest, UnsupportedOption
from gristmill.schemas.webhooks import checked_url
from gristmill.storage.records.webhooks import Hooks


def check_webhook(task: IngestionTask, settings: Settings, hooks: Hooks) -> None:
    """Raises InvalidRequest for what cannot be called, UnsupportedOption where nothing could sign
    what is sent, StorageFailed, OSError."""
    if task.webhook is None:
        return
    check_receiver(task.webhook, settings)
    if not settings.webhook_secret_file and task.collection not in hooks.all():
        raise UnsupportedOption(
            "this service has no secret to sign webhooks with; give the collection a webhook of "
            "its own (PUT /webhooks/COLLECTION), or start the service with webhook_secret_file"
        )


def check_receiver(url: str, settings: Settings) -> None:
    """What can be told without asking for a name. Raises InvalidRequest."""
    host = urlsplit(checked_url(url)).hostname or ""
    address = literal(host)
    if address is not None and not is_open(address, networks_of(settings.webhook_allow)):
        raise InvalidRequest(
            f"the webhook may not be called: {host} is no public address (webhook_allow names "
            "networks that may be)"
        )


def check_collection(name: str) -> None:
    """Raises InvalidRequest for what can be no collection's name."""
    try:
        msgspec.convert(name, Collection)
    except msgspec.ValidationError as error:
        raise InvalidRequest(f"{name!r} is no name of a collection: {error}") from None
