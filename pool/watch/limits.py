"""Ends workers whose document is over a limit (time, memory) or whose job was cancelled."""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Protocol

from gristmill.pool.processes.machine import available_memory
from gristmill.pool.watch.roster import Roster, Sentence
from gristmill.schemas.configuration.settings import MIB, Settings
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.jobs.workers import Glimpse
from gristmill.schemas.outcomes.retry import Failure

_LEAST_BYTES = 256 * MIB
STUCK_S = 20.0
NO_DOCUMENT = -2
CANCEL_GRACE_S = 0.3
"""A worker gets this long to leave a cancelled document by itself; a cancel takes under 1 s."""


class LeaseHolders(Protocol):
    """Who knows which workers have leases: the queue, or a node's relay to it."""

    def workers_with_leases(self) -> set[WorkerId]: ...


class LimitKeeper:
    """Looks at the workers, every 100 ms or so, in the supervisor's loop. `memory_bytes`: the
    resident size over which a worker's document is ended."""

    def __init__(self, queue: LeaseHolders, roster: Roster, memory_bytes: int) -> None:
        self._queue, self._roster, self._memory_bytes = queue, roster, memory_bytes
        self._idle: dict[WorkerId, tuple[tuple[int, float], float]] = {}
        self._lock = threading.Lock()
        self._cancelled: dict[str, float] = {}

    def cancel(self, job_id: str) -> None:
        """From a grace from now, no worker may be at this job."""
        with self._lock:
            self._cancelled[job_id] = time.monotonic() + CANCEL_GRACE_S

    def forget(self, job_id: str) -> None:
        with self._lock:
            self._cancelled.pop(job_id, None)

    def tick(self, glimpses: Iterable[Glimpse], end: Callable[[WorkerId], None]) -> None:
        """Call `end` with every worker that has to go, once."""
        now = time.monotonic()
        holders = self._queue.workers_with_leases()
        for glimpse in glimpses:
            if glimpse.is_watched:
                continue
            worker = glimpse.worker
            self._roster.see(glimpse)
            sentence = None
            if glimpse.job_id is not None:
                self._idle.pop(worker, None)
                sentence = self._sentence(glimpse, glimpse.job_id, now)
            elif worker in holders and self._stuck(glimpse, now):
                sentence = Sentence(None, "", NO_DOCUMENT)
            if sentence is not None and self._roster.sentence(worker, sentence):
                end(worker)
        self._idle = {worker: seen for worker, seen in self._idle.items() if worker in holders}

    def _stuck(self, glimpse: Glimpse, now: float) -> bool:
        """Whether a worker has held a lease for long without being at any document or giving a
        sign of life: stopped before its first, or hanging in a commit. No document is to blame,
        but somebody has to move the lease on."""
        sign = (glimpse.documents, glimpse.since)
        before, since = self._idle.setdefault(glimpse.worker, (sign, now))
        if before != sign:
            self._idle[glimpse.worker] = (sign, now)
            return False
        return now - since > STUCK_S

    def _sentence(self, glimpse: Glimpse, job_id: str, now: float) -> Sentence | None:
        with self._lock:
            cancel_at = self._cancelled.get(job_id)
        if cancel_at is not None and now >= cancel_at:
            return Sentence(None, job_id, glimpse.ordinal)
        if glimpse.elapsed_s > glimpse.timeout_s:
            # Who was stopped is over its time for nothing that its document did.
            failure = Failure.KILLED if glimpse.stopped else Failure.TIMEOUT
            return Sentence(failure, job_id, glimpse.ordinal)
        if glimpse.memory > self._memory_bytes:
            return Sentence(Failure.MEMORY, job_id, glimpse.ordinal)
        return None


def worker_memory(settings: Settings, workers: int) -> int:
    """Bytes that one worker may take: as set, or its share of what is available now."""
    if settings.worker_memory_mb:
        return settings.worker_memory_mb * MIB
    return max(_LEAST_BYTES, available_memory() // workers)
