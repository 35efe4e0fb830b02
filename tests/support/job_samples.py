"""Manifests and ids for tests that need a job but no service."""

import itertools
from datetime import UTC, datetime

from gristmill.schemas.ids import uuid7
from gristmill.schemas.jobs.manifest import Manifest, Moment
from gristmill.schemas.jobs.sources import InlineText, StoredSource
from gristmill.schemas.jobs.states import JobState

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
_NOON_NS = int(NOON.timestamp()) * 1_000_000_000
_numbers = itertools.count()


def new_id(after_s: int = 0) -> str:
    """A job id of `after_s` seconds after NOON, unlike all others."""
    return uuid7(_NOON_NS + after_s * 1_000_000_000, next(_numbers))


def queued(*sources: StoredSource, job_id: str | None = None, **fields: object) -> Manifest:
    """A manifest as the intake makes it."""
    values: dict[str, object] = {
        "job_id": job_id or new_id(),
        "state": JobState.QUEUED,
        "collection": "default",
        "priority": 0,
        "submitted_at": NOON,
        "key": "ab" * 32,
        "explicit_key": False,
        "request": "cd" * 32,
        "sources": sources or (InlineText("a.txt", "A sack of flour."),),
        "history": (Moment(JobState.QUEUED, NOON),),
    }
    return Manifest(**{**values, **fields})  # type: ignore[arg-type]
