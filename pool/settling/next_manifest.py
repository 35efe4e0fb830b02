"""What a job's manifest should say next, from what the queue and the ledger know of it."""

from gristmill.pool.dispatch.pending_job import PendingJob
from gristmill.pool.settling import ending
from gristmill.schemas.jobs.manifest import Counts, Manifest
from gristmill.schemas.jobs.sources import Held, Located, Refreshed
from gristmill.schemas.jobs.states import JobEvent, JobState
from gristmill.schemas.outcomes.results import PlannedDocument
from gristmill.storage.library import Library


def next_manifest(manifest: Manifest, entry: PendingJob, library: Library) -> Manifest:
    """The terminal manifest of a job that is done with, the running one of any other."""
    # Read once: the job may be done with at any moment.
    finished_at = entry.finished_at
    if manifest.state is JobState.QUEUED and entry.started_at is not None:
        manifest = ending.running(manifest, entry.started_at)
    if finished_at is None:
        return manifest
    counts = _counts(manifest, entry, library)
    event = ending.event_for(
        counts, cancelled=entry.cancelled, error=entry.error, may_be_empty=manifest.refreshes
    )
    if manifest.state is JobState.QUEUED and event is not JobEvent.CANCELLED:
        # A supervisor that was killed had it done. Only the ledger tells, and it says no times.
        manifest = ending.running(manifest, finished_at)
    return ending.ended(manifest, event, counts, entry.error, finished_at)


def _counts(manifest: Manifest, entry: PendingJob, library: Library) -> Counts:
    if entry.counts is not None and not entry.cancelled:
        return entry.counts
    job_id = manifest.job_id
    if entry.cancelled:
        done = library.counts(job_id).total
        if library.planned(job_id) is None and 0 < done < len(manifest.sources):
            # It was done on the spot, where each source is one document: what was cut off
            # has no rows yet, and without them the rest would pass for the whole.
            library.plan(job_id, _one_a_source(manifest))
        library.cancel_pending(job_id)
    return library.counts(job_id)


def _one_a_source(manifest: Manifest) -> list[PlannedDocument]:
    return [
        PlannedDocument(ordinal, source.uri, ordinal)
        for ordinal, source in enumerate(manifest.sources)
        if not isinstance(source, Located | Refreshed | Held)
    ]
