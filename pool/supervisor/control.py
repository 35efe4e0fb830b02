"""What users may ask of a running service, beyond offering a job. Served beside the queue."""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from gristmill.pool.engines.protocol import Engine
from gristmill.pool.settling import ending
from gristmill.pool.supervisor.core import Core
from gristmill.pool.supervisor.health import Health
from gristmill.pool.supervisor.looks import Looks
from gristmill.pool.telemetry.telling import tell
from gristmill.pool.telemetry.tracing import Told
from gristmill.pool.watch.limits import LimitKeeper
from gristmill.schemas.cluster import NodeLook
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.offers import Problem, offer_of
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.overview import WorkerLook
from gristmill.schemas.problems.errors import (
    DuplicateJob,
    IllegalTransition,
    JobNotFound,
    StorageFailed,
)
from gristmill.schemas.telemetry.spans import Span
from gristmill.storage.damage import refuse_damaged
from gristmill.storage.records.keys import KeyRecord

_SETTLE_S, _FORGOTTEN_S = 4.0, 1.0
_log = logging.getLogger(__name__)


class Control:
    """Each method is one request of a client; they run in the Manager's threads."""

    def __init__(
        self,
        core: Core,
        engine: Engine,
        limits: LimitKeeper,
        health: Health,
        ask_to_drain: Callable[[], None],
        looks: Looks | None = None,
        told: Told | None = None,
    ) -> None:
        self._queue, self._indexer, self._recovery = core.queue, core.indexer, core.recovery
        self._stores, self._engine, self._limits = core.stores, engine, limits
        self._health, self._ask_to_drain, self._looks = health, ask_to_drain, looks or Looks()
        self._events, self._webhooks, self._told = core.events, core.webhooks, told
        self._manifests, self._keys = core.stores.manifests, core.stores.keys

    def join(self, worker: WorkerId) -> int:
        """A worker begins its life; returns its slot on the board."""
        _log.debug("worker started", extra={"fields": {"worker": worker.pid}})
        return self._engine.join(worker)

    def cancel(self, job_id: str) -> bool:
        """End a pending job; False when it is not pending, or ends otherwise at this moment. A
        waiting job has ended when this returns; a running one does so within a second. Raises
        LibraryDamaged, and StorageFailed: what is cancelled has to be written there."""
        refuse_damaged(self._stores.folder.library)
        entry = self._queue.cancel(job_id)
        if entry is None:
            self._recovery.adopt(job_id)
            entry = self._queue.cancel(job_id)
        if entry is None:
            return False
        holders = self._queue.holders(job_id)
        if holders:
            self._engine.cancel(job_id, holders)
            self._limits.cancel(job_id)
            return True
        if not self._queue.wait_until_forgotten(entry, _SETTLE_S):
            raise StorageFailed(
                f"the end of job {job_id} could not be written within {_SETTLE_S:g} s; it is no "
                "longer run, and is tried to be written until it can be; ask again"
            )
        # Its last document may have ended just before: then the cancel changed nothing.
        ended = self._manifests.read_terminal(job_id)
        return ended is None or ended.state is JobState.CANCELLED

    def retry(self, job_id: str) -> None:
        """Queue an ended job again for the documents that did not succeed.

        Raises JobNotFound, IllegalTransition, LibraryDamaged, and DuplicateJob when a job with the
        same key is pending.
        """
        refuse_damaged(self._stores.folder.library)
        found = self._found(job_id)
        key = found.key
        if found.state.terminal and (entry := self._queue.pending(job_id)) is not None:
            # Its end can be read a moment before the queue forgets it, and what is offered before
            # that waits for the next sweep.
            self._queue.wait_until_forgotten(entry, _FORGOTTEN_S)
        with self._keys.hold([key]):
            # Only under the lock: of two retries at once, the other one has reopened it.
            ended = self._found(job_id)
            again = ending.reopened(ended, datetime.now(UTC))
            holder = self._queue.holder(key)
            if holder not in (None, job_id):
                raise DuplicateJob(f"job {holder} with the same key is pending", job_id=holder)
            if again.explicit_key:
                self._keys.write(again.key, KeyRecord(job_id, again.request))
            self._reopen(ended, again)
            self._engine.forget_cancel(job_id)
            # Not accepted means that the sweep found the manifest first: it is queued.
            self._queue.offer(offer_of(again), True)
        tell(again)

    def _found(self, job_id: str) -> Manifest:
        found = self._manifests.read(job_id)
        if found is None:
            raise JobNotFound(f"there is no job {job_id}")
        return found

    def _reopen(self, ended: Manifest, again: Manifest) -> None:
        try:
            self._manifests.reopen(again)
            with self._stores.library() as library:
                library.reopen(again.job_id, self._queue.token())
        except BaseException:
            # As it was: with its failed documents still closed, a run would change nothing.
            with suppress(OSError):
                self._manifests.settle(ended)
            raise

    def replay_webhook(self, job_id: str) -> None:
        """Tell the end of a job once more. Raises JobNotFound, IllegalTransition, StorageFailed."""
        ended = self._found(job_id)
        if not ended.state.terminal:
            raise IllegalTransition(f"job {job_id} is {ended.state}: there is no end to tell yet")
        if self._webhooks is None:
            raise IllegalTransition(f"job {job_id} cannot be told: nobody calls webhooks here")
        try:
            self._webhooks.replay(ended)
        except OSError as error:
            raise StorageFailed(f"the webhook could not be kept: {error.strerror}") from None

    def problems(self) -> list[Problem]:
        """What keeps the service from being ready."""
        return self._health.problems()

    def workers(self) -> list[WorkerLook]:
        """What each worker is at."""
        return self._looks.all()

    def happened(self, seq: int | None, wait_s: float) -> bytes:
        """The events after number `seq`, as `EventRing.since` gives them, and what is worked at."""
        return self._events.since(seq, wait_s, self._looks.at_work)

    def nodes(self) -> list[NodeLook]:
        """The machines that workers run on, where that is not this one alone."""
        return self._engine.nodes()

    def retire(self, node: str) -> bool:
        """Let a node end what it holds, and give it nothing more; False where there is none."""
        return self._engine.retire(node)

    def traced(self, spans: Sequence[Span]) -> None:
        """Steps of traces that a worker has done."""
        if self._told is not None:
            for span in spans:
                self._told(span)

    def drain(self) -> None:
        """End the service as a SIGTERM does. Returns at once."""
        self._ask_to_drain()

    def flush_index(self, timeout_s: float, words: bool = False) -> bool:
        """Wait until lists show what was accepted before this call, and with `words` find what has
        ended before it."""
        return self._indexer.flush(timeout_s, words)

    def announce(self, job_ids: Sequence[str]) -> None:
        """Submissions were turned away; their manifests are written. Index them."""
        for each in job_ids:
            if (manifest := self._manifests.read(each)) is not None:
                self._indexer.add([manifest])
                self._events.changed(manifest)

    def tell_deleted(self, jobs: Sequence[tuple[str, str]]) -> None:
        """Jobs, each with its collection, were deleted: whoever listens is told."""
        for job_id, collection in jobs:
            self._events.deleted(job_id, collection)
