"""The steps of a trace that a job is: it as a whole, and its wait."""

from datetime import datetime

from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.telemetry.spans import Span, below, is_sampled, place_of_job


def spans_of(end: Manifest) -> list[Span]:
    """The steps of a run that has ended; none where its request was part of no trace."""
    parent, finished = end.traceparent, end.finished_at
    if parent is None or finished is None or not is_sampled(parent):
        return []
    queued = max(moment.at for moment in end.history if moment.state is JobState.QUEUED)
    place = place_of_job(parent, end.job_id, end.run)
    told = {
        "gristmill.job": end.job_id,
        "gristmill.state": end.state.value,
        "gristmill.run": end.run,
        "gristmill.documents": end.counts.total,
    }
    error = end.error.code if end.error else None
    job = Span("job", place, parent, _ns(queued), _ns(finished), told, error)
    if end.started_at is None:
        return [job]
    return [job, Span("wait", below(place), place, _ns(queued), _ns(end.started_at))]


def _ns(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000) * 1000
