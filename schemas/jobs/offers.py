"""What passes between submitters and the queue."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.sources import InlineText
from gristmill.schemas.jobs.states import JobState

_SMALL_CHARS = 64 * 1024


class Offer(msgspec.Struct, frozen=True):
    """A job whose manifest is on disk. `small`: one lease may hold several of its kind; `owner` is
    the API key that submitted it, or the address that it came from, in words. `state`, `collection`
    and `submitted_at` are what lists show of it."""

    job_id: str
    key: str
    priority: int = 0
    small: bool = False
    timeout_s: float | None = None
    state: JobState = JobState.QUEUED
    collection: str = "default"
    submitted_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    owner: str | None = None


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    FULL = "full"
    DRAINING = "draining"
    PAUSED = "paused"
    OVER_QUOTA = "over_quota"


class OfferResult(NamedTuple):
    """`job_id` is the pending job of a DUPLICATE, else None."""

    verdict: Verdict
    job_id: str | None = None


class QueueStats(NamedTuple):
    """Jobs waiting and running, tasks leased, workers known; totals since the start. `idle_s` is
    how long ago work was last handed out or reported, in seconds."""

    waiting: int
    running: int
    leased: int
    workers: int
    depth: int
    draining: bool
    accepted: int
    finished: int
    rejected: int
    idle_s: float


class Problem(NamedTuple):
    """Why the service is not ready: a stable code and a sentence."""

    code: str
    message: str


def owner_of(manifest: Manifest) -> str | None:
    """Whose quota of waiting jobs a job takes from, in words."""
    if manifest.submitted_by is not None:
        return f"the key {manifest.submitted_by!r}"
    return manifest.submitted_from and f"the address {manifest.submitted_from}"


def offer_of(manifest: Manifest) -> Offer:
    """The offer for a manifest, fresh or found on disk."""
    small = (
        len(manifest.sources) == 1
        and isinstance(source := manifest.sources[0], InlineText)
        and len(source.text or "") < _SMALL_CHARS
    )
    return Offer(
        manifest.job_id,
        manifest.key,
        manifest.priority,
        small,
        manifest.timeout_s,
        manifest.state,
        manifest.collection,
        manifest.submitted_at,
        owner_of(manifest),
    )
