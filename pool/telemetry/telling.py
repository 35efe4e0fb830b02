"""Logs what happens to jobs: a line for each state that is durable."""

import logging
from typing import Any

from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.states import JobState

_log = logging.getLogger(__name__)
_BAD = frozenset({JobState.FAILED, JobState.PARTIAL})
_COUNTED = ("succeeded", "unchanged", "duplicate", "skipped", "failed", "cancelled")


def tell(after: Manifest) -> None:
    """A job has come into another state. That one failed is worth a line to everybody."""
    level = logging.INFO if after.state in _BAD else logging.DEBUG
    if _log.isEnabledFor(level):
        _log.log(level, "job %s", after.state.value, extra={"fields": _told(after)})


def _told(job: Manifest) -> dict[str, Any]:
    """Never what it was about: names of documents, metadata and reasons are the sender's."""
    counts = job.counts
    told = {name: getattr(counts, name) or None for name in _COUNTED} if job.finished_at else {}
    return {
        "job": job.job_id,
        "collection": job.collection,
        "run": job.run if job.run > 1 else None,
        **told,
        "code": job.error.code if job.error else None,
        "took_s": _seconds(job),
        "key": job.submitted_by,
        "request_id": job.request_id,
        "traceparent": job.traceparent,
    }


def _seconds(job: Manifest) -> float | None:
    if job.started_at is None or job.finished_at is None:
        return None
    return round((job.finished_at - job.started_at).total_seconds(), 3)
