"""The foreman of a node: the local engine with its limits and its ladder, without queue and jobs.

It runs in a process of the distributed engine, which has to outlive documents: nothing is parsed
in it. What it says and hears is carried by `talk`.
"""

import logging
import os
import shutil
import threading
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from gristmill.pool.engines.local.engine import LocalEngine
from gristmill.pool.engines.node.relay import Relay
from gristmill.pool.engines.node.scratch import scratch_of
from gristmill.pool.serving.served import served
from gristmill.pool.watch.limits import LimitKeeper, worker_memory
from gristmill.pool.watch.roster import Roster
from gristmill.schemas.cluster import Orders
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.jobs.workers import Glimpse, Loss
from gristmill.storage.layout import DataFolder
from gristmill.storage.opening import note_place
from gristmill.storage.stores import Stores

TICK_S = 0.1
_STOP_S = 2.0
_JOIN_S = 30.0
_COMPLAINT_S = 10.0
"""What a worker said that ended before its first document is told for so long."""
KEPT_MANIFESTS = 256
"""Of jobs that nobody here is at: the next lease may be of one of them."""
_log = logging.getLogger(__name__)


def works_apart(settings: Settings) -> bool:
    """Whether nothing that documents need lies in the service's data folder."""
    return bool(settings.library and settings.spool)


class _Control:
    """What workers ask of the node beside its queue."""

    def __init__(self, engine: LocalEngine) -> None:
        self._engine = engine

    def join(self, worker: WorkerId) -> int:
        return self._engine.join(worker)


class Foreman:
    """`size` workers of this machine, until `stop`. `kept` is the service's data folder, which has
    to be seen here unless they work apart. Raises DataFolderUnusable."""

    def __init__(self, settings: Settings, size: int, kept: Path) -> None:
        scratch = scratch_of(os.getpid())
        for left in ("jobs", "run/tmp"):
            shutil.rmtree(scratch / left, ignore_errors=True)
        apart = works_apart(settings)
        self._folder = DataFolder.open(scratch, kept, settings.spool, apart=apart)
        if apart:
            # An earlier foreman's, of this process, may have been another one.
            self._folder.library_place.unlink(missing_ok=True)
            note_place(self._folder, settings.library)
        self._manifests = Stores(self._folder).manifests
        self._known: dict[str, None] = {}
        self.relay = Relay(size)
        self._engine = LocalEngine(self._folder, settings, size, self.relay.enrol)
        self._roster = Roster()
        self._limits = LimitKeeper(self.relay, self._roster, worker_memory(settings, size))
        self._glimpses: list[Glimpse] = []
        self._asked_to_end: list[WorkerId] = []
        self._stopping = threading.Event()
        self._draining = False
        self._trouble: str | None = None
        self._complaint: str | None = None
        self._complained = 0.0
        self._thread = threading.Thread(target=self._run, name="foreman", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End all workers; what they held is not told any more."""
        self._stopping.set()
        self.relay.stop()
        if self._thread.ident is not None:
            # Not so where no supervisor answered, and nothing was begun.
            self._thread.join(_JOIN_S)

    def alive(self) -> bool:
        return self._thread.is_alive()

    def trouble(self) -> str | None:
        """Why no worker can be kept alive here."""
        return self._trouble

    def glimpses(self) -> list[Glimpse]:
        """What was seen of the workers last."""
        return self._glimpses

    def dropped(self) -> list[str]:
        """Forget the manifests of jobs that nobody here is at, but for the last ones. Returns
        their jobs' ids."""
        at_work = self.relay.jobs()
        idle = [job_id for job_id in self._known if job_id not in at_work]
        gone = idle[: max(0, len(idle) - KEPT_MANIFESTS)]
        for job_id in gone:
            del self._known[job_id]
            # Else every cancel would be remembered for as long as the node lives.
            self._limits.forget(job_id)
            # What cannot be removed goes with the scratch folder.
            with suppress(OSError):
                self._manifests.drop_pending(job_id)
        return gone

    def obey(self, orders: Orders) -> None:
        """Do what the supervisor says. Raises OSError where a manifest cannot be written."""
        for manifest in orders.manifests:
            self._manifests.write_running(manifest)
            self._known[manifest.job_id] = None
        for job_id in orders.forget_cancel:
            self._limits.forget(job_id)
            self._engine.forget_cancel(job_id)
        for job_id in orders.cancel:
            self._cancel(job_id, self.relay.workers_with_leases())
        self._asked_to_end += orders.end
        if orders.drain:
            self._draining = True
            self.relay.stop()
        for worker, tasks in orders.tasks:
            known = [task for task in tasks if task.job_id in self._known]
            if len(known) < len(tasks):
                # Its manifest was dropped while this was on its way: with the next one it comes.
                self.relay.give_back(worker, [t for t in tasks if t.job_id not in self._known])
            if known:
                self.relay.give(worker, known)

    def _cancel(self, job_id: str, workers: Collection[WorkerId]) -> None:
        self._engine.cancel(job_id, workers)
        self._limits.cancel(job_id)

    def _run(self) -> None:
        try:
            with served(self._folder, self.relay, _Control(self._engine)):
                try:
                    self._engine.start()
                    while not self._stopping.is_set():
                        self._tick()
                finally:
                    # Also after an error: the Dask worker lives on, and nobody else ends them.
                    self._tell(self._engine.stop(_STOP_S))
        except Exception:
            _log.exception("the foreman ends after an unexpected error")

    def _tick(self) -> None:
        self._tell(self._engine.wait(TICK_S))
        glimpses = self._engine.glimpses()
        self._limits.tick(glimpses, self._engine.end)
        while self._asked_to_end:
            self._engine.end(self._asked_to_end.pop())
        self._glimpses = [glimpse._replace(is_watched=True) for glimpse in glimpses]
        if not self._draining:
            self._engine.tick()
        trouble = self._engine.trouble()
        if time.monotonic() - self._complained > _COMPLAINT_S:
            self._complaint = None
        # The log of this machine, not of whoever reads that.
        self._trouble = self._complaint if trouble is None else f"{trouble.message} there"

    def _tell(self, losses: list[Loss]) -> None:
        for loss in losses:
            if loss.how.words and (loss.last is None or not loss.last.documents):
                self._complaint = f"a worker came to nothing there: {loss.how.words}"
                self._complained = time.monotonic()
            departure = self._roster.depart(loss)
            last = None if loss.last is None else loss.last._replace(is_watched=True)
            told = None if departure.sentence is None else departure.sentence.told()
            self.relay.lost(loss._replace(last=last, ended_for=told, peak=departure.peak))
