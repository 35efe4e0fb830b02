"""A job as users see it, made from what is on disk."""

from gristmill.schemas.filters.of_jobs import name_of
from gristmill.schemas.jobs.manifest import Counts, Manifest
from gristmill.schemas.views import JobView
from gristmill.server.paths import links_of_job


def job_view(manifest: Manifest, counts: Counts | None = None, root: str = "") -> JobView:
    """The user's view of `manifest`; `counts` are the live ones of a job that still runs, `root`
    is the path below which the service is seen."""
    return JobView(
        job_id=manifest.job_id,
        state=manifest.state,
        collection=manifest.collection,
        priority=manifest.priority,
        submitted_at=manifest.submitted_at,
        started_at=manifest.started_at,
        finished_at=manifest.finished_at,
        metadata=manifest.metadata,
        links=links_of_job(manifest.job_id, root),
        counts=counts if counts is not None else manifest.counts,
        error=manifest.error,
        history=manifest.history,
        submitted_by=manifest.submitted_by,
        name=name_of(manifest),
        sources=len(manifest.sources),
    )
