"""A job as users see it, made from what is on disk."""

from gristmill.schemas.jobs.manifest import Counts, Manifest
from gristmill.schemas.jobs.sources import Held, Located, Refreshed
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
        name=_name(manifest),
        sources=len(manifest.sources),
    )


def _name(manifest: Manifest) -> str | None:
    if not manifest.sources:
        return None
    first = manifest.sources[0]
    if isinstance(first, Refreshed | Held):
        return manifest.collection
    return first.path if isinstance(first, Located) else first.uri
