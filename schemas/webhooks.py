"""Webhooks: what is told to a receiver when a job has ended, and what became of that."""

import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import msgspec

from gristmill.schemas.ids import is_job_id
from gristmill.schemas.jobs.manifest import Counts, JobError, Manifest
from gristmill.schemas.jobs.request import Collection
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import InvalidRequest
from gristmill.schemas.urls import shown, trouble_of

MAX_URL_CHARS = 2000


class DeliveryState(StrEnum):
    """Where the telling of one end is."""

    DUE = "due"
    """It is tried, again and again with pauses that grow."""
    DELIVERED = "delivered"
    """The receiver has answered 2xx."""
    FAILED = "failed"
    """It was given up: the receiver has said 410, or all attempts are used up."""


class Attempt(msgspec.Struct, frozen=True):
    """One try. `status` is what the receiver answered, `error` why there is no good answer."""

    at: datetime
    status: int | None
    error: str | None
    seconds: float


class Delivery(msgspec.Struct, frozen=True):
    """The end of one run of a job, on its way to one receiver. `body` is what is sent each time,
    the same for ever; `next_at` is when the next attempt is due."""

    job_id: str
    run: int
    collection: str
    url: str
    body: str
    state: DeliveryState = DeliveryState.DUE
    attempts: int = 0
    last: Attempt | None = None
    next_at: datetime | None = None

    @property
    def webhook_id(self) -> str:
        """Names the message: the same however often it is sent."""
        return f"{self.job_id}-{self.run}"


class WebhookView(msgspec.Struct, frozen=True):
    """What became of telling a receiver that a job has ended. `url` is without its query."""

    url: str
    state: DeliveryState
    attempts: int
    last: Attempt | None
    next_at: datetime | None


class DeliveryView(msgspec.Struct, frozen=True):
    """What became of telling a receiver of the end of one run of a job. `url` is without its
    query."""

    job_id: str
    run: int
    collection: str
    url: str
    state: DeliveryState
    attempts: int
    last: Attempt | None
    next_at: datetime | None


class Hook(msgspec.Struct, frozen=True):
    """Where the ends of a collection's jobs are told, and the secret that signs it."""

    collection: str
    url: str
    secret: str
    created_at: datetime


class NewHook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the ends of a collection's jobs are to be told."""

    url: str


class HookView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A collection's webhook. `secret` signs what is sent; it is told once, when it is made."""

    collection: Collection
    url: str
    created_at: datetime
    secret: str | None = None


class HooksView(msgspec.Struct, frozen=True):
    """The webhooks of all collections that have one."""

    items: tuple[HookView, ...]


class JobEnded(msgspec.Struct, frozen=True):
    """The `data` of a message: a job as it ended."""

    job_id: str
    state: JobState
    collection: str
    submitted_at: datetime
    finished_at: datetime | None
    counts: Counts
    error: JobError | None
    metadata: dict[str, Any]
    run: int


class Message(msgspec.Struct, frozen=True):
    """What is sent, as Standard Webhooks has it: `type` is `job.` and the state."""

    type: str
    timestamp: datetime
    data: JobEnded


def is_webhook_id(text: str) -> bool:
    """Whether this may name a message: a job, and which of its runs has ended."""
    job_id, _, run = text.rpartition("-")
    return is_job_id(job_id) and re.fullmatch("[1-9][0-9]{0,8}", run) is not None


def delivery_of(end: Manifest, url: str) -> Delivery:
    """The delivery of an end."""
    at = end.finished_at or end.submitted_at
    data = JobEnded(
        *(end.job_id, end.state, end.collection, end.submitted_at, end.finished_at),
        *(end.counts, end.error, end.metadata, end.run),
    )
    body = msgspec.json.encode(Message(f"job.{end.state}", at, data)).decode()
    return Delivery(end.job_id, end.run, end.collection, url, body, next_at=at)


def view_of(delivery: Delivery) -> WebhookView:
    """A delivery as users see it."""
    return WebhookView(
        *(shown(delivery.url), delivery.state, delivery.attempts),
        *(delivery.last, delivery.next_at),
    )


def listed(delivery: Delivery) -> DeliveryView:
    """A delivery among others, as users see it."""
    return DeliveryView(
        *(delivery.job_id, delivery.run, delivery.collection, shown(delivery.url)),
        *(delivery.state, delivery.attempts, delivery.last, delivery.next_at),
    )


def hook_view(hook: Hook, *, with_secret: bool = False) -> HookView:
    """A receiver as users see it: its URL without the query, its secret where it is just made."""
    secret = hook.secret if with_secret else None
    return HookView(hook.collection, shown(hook.url), hook.created_at, secret)


def hooks_view(hooks: Iterable[Hook]) -> HooksView:
    """Receivers, by the names of their collections."""
    return HooksView(tuple(map(hook_view, sorted(hooks, key=lambda hook: hook.collection))))


def checked_url(url: str) -> str:
    """A URL that may be a receiver's. Raises InvalidRequest."""
    trouble = trouble_of(url, MAX_URL_CHARS)
    if trouble is None and urlsplit(url).fragment:
        trouble = "it has a fragment (#)"
    if trouble is not None:
        raise InvalidRequest(f"the webhook is no URL that can be called: {trouble}")
    return url
