"""Counts what happens to jobs, documents and processes."""

import logging
from datetime import datetime

from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.schemas.problems.library_errors import LibraryTrouble
from gristmill.schemas.telemetry import service_measures as measures
from gristmill.schemas.telemetry.measures import OTHER
from gristmill.storage.library import Library
from gristmill.storage.records.meters import Meter

_ONCE = (
    DocumentState.SUCCEEDED,
    DocumentState.UNCHANGED,
    DocumentState.DUPLICATE,
    DocumentState.SKIPPED,
)
_log = logging.getLogger(__name__)


class Counting:
    """Thread-safe: settlers count ends, the supervisor's loop counts the lost."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def started(self) -> None:
        self._meter.count(measures.STARTS)

    def moved(self, before: Manifest, after: Manifest, library: Library) -> None:
        """A job's next state is durable: it runs, or has ended."""
        if before.state is JobState.QUEUED and after.started_at is not None:
            waited = after.started_at - _queued_at(after, after.started_at)
            self._meter.observe(measures.WAIT, max(0.0, waited.total_seconds()))
        if after.state.terminal:
            self._ended(before, after, library)

    def processed(self, documents: int) -> None:
        """Workers are done with so many more."""
        if documents:
            self._meter.count(measures.PROCESSED, by=documents)

    def lost_worker(self, cause: str) -> None:
        self._meter.count(measures.LOST_WORKERS, cause)

    def lost_web_process(self) -> None:
        self._meter.count(measures.LOST_WEB)

    def _ended(self, before: Manifest, end: Manifest, library: Library) -> None:
        self._meter.count(measures.JOBS, end.state.value, end.error.code if end.error else "")
        if end.started_at is not None and end.finished_at is not None:
            took = end.finished_at - end.started_at
            self._meter.observe(measures.PROCESSING, max(0.0, took.total_seconds()))
        earlier, now = before.counts, end.counts
        for state in _ONCE:
            # What an earlier run has brought in or left out is not done again; what failed is.
            self._documents(state, "", getattr(now, state) - getattr(earlier, state))
        self._documents(DocumentState.CANCELLED, "", now.cancelled)
        for code, number in _codes(end, library).items():
            self._documents(DocumentState.FAILED, code, number)

    def _documents(self, state: DocumentState, code: str, number: int) -> None:
        if number > 0:
            self._meter.count(measures.DOCUMENTS, state.value, code, by=number)


def _queued_at(manifest: Manifest, started: datetime) -> datetime:
    """When a job began to wait for this run."""
    waits = [each.at for each in manifest.history if each.state is JobState.QUEUED]
    return max((at for at in waits if at <= started), default=manifest.submitted_at)


def _codes(end: Manifest, library: Library) -> dict[str, int]:
    """Why the documents of an ended job failed, and how many of them."""
    if not end.counts.failed:
        return {}
    try:
        found = library.failure_codes(end.job_id)
    except LibraryTrouble as error:
        _log.warning("why documents of job %s failed is not counted: %s", end.job_id, error)
        found = {}
    left = end.counts.failed - sum(found.values())
    return {**found, OTHER: found.get(OTHER, 0) + left} if left > 0 else found
