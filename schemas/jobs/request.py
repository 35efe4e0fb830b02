"""`IngestionTask`: what a user submits, from Python or as the JSON body of `POST /ingest`."""

import hashlib
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.jobs.sources import Source

Collection = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+\Z")]
Priority = Annotated[int, Meta(ge=-100, le=100)]
Timeout = Annotated[float, Meta(gt=0, le=86_400)]
MAX_KEY_CHARS = 255


class IngestionTask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Documents to ingest as one job.

    `priority`: -100 to 100, higher runs sooner. `timeout_s`: wall-clock seconds that one document
    may take (None: the service's default). `metadata` comes back with the job and its documents.
    `options`: what they do not say is as the settings of the collection have it.
    `webhook`: a URL that is told when the job has ended (docs/webhooks.md).
    """

    sources: Annotated[list[Source], Meta(min_length=1)]
    collection: Collection = "default"
    priority: Priority = 0
    metadata: dict[str, Any] = {}
    options: GivenOptions = GivenOptions()
    timeout_s: Timeout | None = None
    webhook: str | None = None


class KeyedTask(IngestionTask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of a batch: a task that may bring its idempotency key with it."""

    idempotency_key: str | None = None


def request_digest(canonical: object) -> str:
    """SHA-256 (64 hex digits) of a request in its canonical form: msgspec JSON, keys sorted."""
    return hashlib.sha256(msgspec.json.encode(canonical, order="deterministic")).hexdigest()


def key_digest(key: str | None, request: str, within: str | None = None) -> str:
    """The digest under which an idempotency record lies.

    `key` is the caller's own key; without one the request's digest takes its place. `within` is
    the one collection that it counts in; None: it counts in all. The prefix keeps a caller's key
    from ever meeting a derived one, or one of another collection.
    """
    if key is None:
        # The request has its collection in it: it never meets one of another.
        text = f"derived:{request}"
    elif within is None:
        text = f"explicit:{key}"
    else:
        text = f"within:{len(within)}:{within}:{key}"
    return hashlib.sha256(text.encode()).hexdigest()
