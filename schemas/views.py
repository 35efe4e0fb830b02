"""The JSON shapes of DESIGN's HTTP contract, made from what is on disk."""

from datetime import datetime
from typing import Any

import msgspec

from gristmill.schemas.manifest import Counts, JobError, Manifest, Moment
from gristmill.schemas.states import JobState


class JobView(msgspec.Struct, frozen=True):
    """A job as users see it."""

    job_id: str
    state: JobState
    collection: str
    priority: int
    submitted_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    metadata: dict[str, Any]
    links: dict[str, str]
    counts: Counts
    error: JobError | None
    history: tuple[Moment, ...]


def job_view(manifest: Manifest, counts: Counts | None = None) -> JobView:
    """The user's view of `manifest`; `counts` are the live ones of a job that still runs."""
    self_link = f"/ingest/{manifest.job_id}"
    return JobView(
        job_id=manifest.job_id,
        state=manifest.state,
        collection=manifest.collection,
        priority=manifest.priority,
        submitted_at=manifest.submitted_at,
        started_at=manifest.started_at,
        finished_at=manifest.finished_at,
        metadata=manifest.metadata,
        links={
            "self": self_link,
            "documents": f"{self_link}/documents",
            "retry": f"{self_link}/retry",
        },
        counts=counts if counts is not None else manifest.counts,
        error=manifest.error,
        history=manifest.history,
    )
