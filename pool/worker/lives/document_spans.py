"""The steps of a trace that a worker does: documents, and the commits that keep them.

A worker sends nothing itself: it is locked in, and has enough to do. The supervisor is told.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.outcomes.results import DocumentResult
from gristmill.schemas.problems.errors import SupervisorAway
from gristmill.schemas.telemetry.spans import Span, below, is_sampled, place_of_job

Tell = Callable[[Sequence[Span]], None]


class DocumentSpans:
    """For one worker. Without `tell`, and for jobs of no trace, it does nothing."""

    def __init__(self, tell: Tell | None = None) -> None:
        self._tell = tell
        self._spans: list[Span] = []
        self._places: dict[str, str] = {}

    def follow(self, manifest: Manifest) -> None:
        """What comes next is of this job."""
        parent = manifest.traceparent
        if self._tell is not None and parent is not None and is_sampled(parent):
            place = place_of_job(parent, manifest.job_id, manifest.run)
            self._places[manifest.job_id] = place

    def done(self, result: DocumentResult) -> None:
        """A document was read, and waits for its commit."""
        place = self._places.get(result.job_id)
        if place is not None:
            now = time.time_ns()
            start = now - int((result.seconds or 0.0) * 1e9)
            told = {"gristmill.job": result.job_id, "gristmill.document": result.ordinal}
            self._spans.append(Span("document", below(place), place, start, now, told, result.code))

    def committed(self, results: Sequence[DocumentResult], start_ns: int) -> None:
        """The results are durable; the commit began then. Tells all steps so far."""
        if not self._places or self._tell is None:
            return
        now = time.time_ns()
        for job_id in {result.job_id for result in results} & self._places.keys():
            place, number = self._places[job_id], sum(r.job_id == job_id for r in results)
            told = {"gristmill.job": job_id, "gristmill.documents": number}
            self._spans.append(Span("commit", below(place), place, start_ns, now, told))
        spans, self._spans = self._spans, []
        # A trace is worth no document.
        with suppress(SupervisorAway):
            self._tell(spans)
        last = {result.job_id for result in results[-1:]}
        self._places = {job: place for job, place in self._places.items() if job in last}
