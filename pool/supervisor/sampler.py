"""Takes the samples that the overview's charts are made of, beside the supervisor's loop."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.settling.tally import Tally
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.jobs.workers import Glimpse
from gristmill.schemas.overview import Sample
from gristmill.storage.records.samples import RINGS, Ring, Samples

_log = logging.getLogger(__name__)


@dataclass
class _Step:
    """What ended since a ring's step began; `slot` is the number of that step since the epoch."""

    slot: int
    documents: int
    jobs: int
    failed: int


class Sampler:
    """Used by the supervisor's loop alone. Documents are counted as workers show them, not when
    their job ends: a long one would be a silence and a peak. `wall` is what samples are said to be
    of, and decides nothing."""

    def __init__(
        self,
        samples: Samples,
        queue: JobQueue,
        tally: Tally,
        wall: Callable[[], float] = time.time,
        on_documents: Callable[[int], None] = lambda number: None,
    ) -> None:
        """`on_documents` gets how many more documents workers are done with."""
        self._on_documents = on_documents
        self._samples, self._queue, self._tally, self._wall = samples, queue, tally, wall
        self._seen: dict[WorkerId, int] = {}
        self._documents = 0
        self._steps: dict[Ring, _Step] = {}
        self._failing = False

    def tick(self, glimpses: Iterable[Glimpse]) -> None:
        """Call often."""
        self._count(glimpses)
        now, moved = int(self._wall()), False
        # The shortest step first: with each of its ends, what the longer ones have so far is
        # written as well, so that no end of ours takes half an hour with it.
        for ring in RINGS:
            slot = now // ring.step_s
            begun = self._steps.get(ring)
            if begun is None:
                self._steps[ring] = self._resumed(ring, slot)
            elif slot != begun.slot:
                self._write(ring, begun)
                self._steps[ring] = self._begin(slot)
                moved = True
            elif moved:
                self._write(ring, begun)

    def _count(self, glimpses: Iterable[Glimpse]) -> None:
        seen = {glimpse.worker: glimpse.documents for glimpse in glimpses}
        more = sum(
            max(0, documents - self._seen.get(worker, 0)) for worker, documents in seen.items()
        )
        self._documents += more
        self._on_documents(more)
        self._seen = seen

    def _begin(self, slot: int) -> _Step:
        return _Step(slot, self._documents, self._tally.jobs, self._tally.failed)

    def _resumed(self, ring: Ring, slot: int) -> _Step:
        """The step that somebody before us may have begun."""
        begun, end = self._begin(slot), (slot + 1) * ring.step_s
        for sample in self._samples.read(ring, end):
            if sample.at == end:
                begun.documents -= sample.documents
                begun.jobs -= sample.jobs
                begun.failed -= sample.failed
        return begun

    def _write(self, ring: Ring, begun: _Step) -> None:
        stats = self._queue.stats()
        sample = Sample(
            at=(begun.slot + 1) * ring.step_s,
            waiting=stats.waiting,
            running=stats.running,
            documents=self._documents - begun.documents,
            jobs=self._tally.jobs - begun.jobs,
            failed=self._tally.failed - begun.failed,
        )
        try:
            self._samples.write(ring, sample)
        except OSError as error:
            if not self._failing:
                _log.warning("the history of the overview is not written: %s", error.strerror)
            self._failing = True
        else:
            self._failing = False
