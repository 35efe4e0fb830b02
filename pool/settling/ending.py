"""How a job ends: pure functions from what is known to its next manifest."""

from datetime import datetime

import msgspec

from gristmill.schemas.jobs.manifest import Counts, JobError, Manifest, Moment
from gristmill.schemas.jobs.sources import InlineText, StoredSource
from gristmill.schemas.jobs.states import JobEvent, JobState, advance, ending


def running(manifest: Manifest, at: datetime) -> Manifest:
    """The manifest of a job that was leased at `at` for the first time in this run."""
    state = advance(manifest.state, JobEvent.LEASED)
    return msgspec.structs.replace(
        manifest, state=state, started_at=at, history=(*manifest.history, Moment(state, at))
    )


def event_for(
    counts: Counts, *, cancelled: bool, error: JobError | None, may_be_empty: bool = False
) -> JobEvent:
    """Which event ends a job. A cancel that came after the last document changes nothing; one that
    has left documents out counts, though a killed supervisor may have been the last to know of it.
    """
    if error is not None:
        return JobEvent.FAILED
    if counts.cancelled or (cancelled and not counts.total):
        return JobEvent.CANCELLED
    if may_be_empty and not counts.total:
        return JobEvent.SUCCEEDED
    return ending(counts.good, counts.failed, 0, counts.skipped)


def ended(
    manifest: Manifest, event: JobEvent, counts: Counts, error: JobError | None, at: datetime
) -> Manifest:
    """The terminal manifest. What no retry can need (the texts of a success) is left out."""
    state = advance(manifest.state, event)
    if error is None and state is JobState.FAILED:
        which = (
            "its only document" if counts.total == 1 else f"none of its {counts.total} documents"
        )
        could = "could not" if counts.total == 1 else "could"
        error = JobError("documents_failed", f"{which} {could} be ingested")
    sources = manifest.sources
    if state is JobState.SUCCEEDED:
        sources = tuple(_without_text(source) for source in sources)
    return msgspec.structs.replace(
        manifest,
        state=state,
        finished_at=at,
        counts=counts,
        error=error,
        sources=sources,
        history=(*manifest.history, Moment(state, at)),
    )


def reopened(manifest: Manifest, at: datetime) -> Manifest:
    """The manifest of the next run of an ended job. Raises IllegalTransition."""
    state = advance(manifest.state, JobEvent.RETRIED)
    return msgspec.structs.replace(
        manifest,
        state=state,
        started_at=None,
        finished_at=None,
        error=None,
        run=manifest.run + 1,
        history=(*manifest.history, Moment(state, at)),
    )


def _without_text(source: StoredSource) -> StoredSource:
    return InlineText(source.uri, None) if isinstance(source, InlineText) else source
