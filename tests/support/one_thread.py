"""A whole service in one thread, for tests that stop it at any step: the real intake, queue,
worker, settler, recovery and control on a real folder, without a process or a thread of its own.

Between two calls nothing moves. A crash is `boot()`: all that was in memory is dropped.
"""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import Any

import msgspec

from gristmill.pool.dispatch.pending_job import Replacement
from gristmill.pool.intake.drafts import Submission
from gristmill.pool.intake.intake import Intake
from gristmill.pool.supervisor.control import Control
from gristmill.pool.supervisor.core import Core
from gristmill.pool.worker.board import Board, Post
from gristmill.pool.worker.lives.lease_runner import LeaseRunner
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.offers import Offer, OfferResult
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.jobs.sources import Spooled, TextSource
from gristmill.schemas.jobs.tasks import Report, Task, WorkerId
from gristmill.schemas.outcomes.retry import struck
from gristmill.schemas.problems.library_errors import LibraryTrouble
from gristmill.storage.check.check import check
from gristmill.storage.check.findings import Finding
from gristmill.storage.layout import DataFolder
from gristmill.storage.stores import Stores

ROUNDS = 60


class _Client:
    """The intake's line to the queue, without a line."""

    def __init__(self, mill: "Mill") -> None:
        self._mill = mill

    def ensure(self) -> None: ...

    def offer_many(self, offers: Sequence[Offer]) -> list[OfferResult]:
        return self._mill.queue.offer_many(offers)

    def announce(self, job_ids: Sequence[str]) -> None:
        self._mill.control.announce(job_ids)


class _Members:
    """Stands for the engine and the limits: passes a cancel on to the workers' slots."""

    def __init__(self, board: Board, slots: dict[WorkerId, int]) -> None:
        self._board, self._slots = board, slots

    def cancel(self, job_id: str, workers: Sequence[WorkerId] = ()) -> None:
        for worker in workers:
            self._board.ask_to_cancel(self._slots[worker], job_id)

    def forget_cancel(self, job_id: str) -> None:
        for slot in self._slots.values():
            self._board.forget_cancel(slot, job_id)


class Worker:
    """A simulated worker: leases when told, works when told, and may die in between."""

    def __init__(self, mill: "Mill", number: int) -> None:
        self.id = WorkerId(1000 + number, float(number))
        self.tasks: list[Task] = []
        self._reports: list[Report] = []
        self._queue = mill.queue
        self._library = mill.stores.library()
        post = Post(mill.board, number % mill.board.size, self.id)
        self._batch = LeaseRunner(mill.stores, mill.settings, self._library, post, Event())
        mill.slots[self.id] = number % mill.board.size
        mill.queue.enrol(self.id)

    def lease(self) -> bool:
        """Report what was done and take what is next; False where there is nothing."""
        self.tasks = self._queue.lease(self.id, self._reports, 0) or []
        self._reports = []
        if self._batch.waits and not self._batch.goes_on_with(self.tasks):
            self._queue.report(self.id, self._batch.finish())
        return bool(self.tasks)

    def work(self) -> None:
        self._reports = self._batch.run(self.tasks)
        self.tasks = []

    def die(self, strikes: int = 0) -> None:
        """What it held goes back as the supervisor would put it: after a strike, by way of the
        ledger."""
        for task in self._queue.revoke(self.id):
            after = task.strikes
            for kind in ["crash"] * strikes or ["between"]:
                after = struck(after, kind)
            renewed = msgspec.structs.replace(task, strikes=after)
            self._queue.replace(task, [Replacement(renewed)])
        self._library.close()

    def close(self) -> None:
        self._library.close()


class Mill:
    """A service on the data folder `root`."""

    def __init__(self, root: Path, depth: int = 1000) -> None:
        self.folder = DataFolder.open(root)
        self.settings = Settings(
            data=str(root),
            workers=1,
            spare_workers=0,
            min_free_disk_mb=0,
            min_free_memory_mb=0,
        )
        self.depth, self.time = depth, 0.0
        self.workers: list[Worker] = []
        self._births = 0
        Stores(self.folder).library().close()
        self.boot()

    def boot(self) -> None:
        """Start, or start again after a crash: everything in memory is new."""
        for worker in self.workers:
            worker.close()
        self.workers, self.slots = [], dict[WorkerId, int]()
        self.board = Board.create(self.folder.board, 4)
        self.stores = Stores(self.folder)
        self.manifests, self.spool = self.stores.manifests, self.stores.spool
        self.core = Core(self.stores, self.depth, 300.0, retry_s=0.0, clock=lambda: self.time)
        self.queue, self.recovery = self.core.queue, self.core.recovery
        members: Any = _Members(self.board, self.slots)
        health: Any = None
        self.control = Control(self.core, members, members, health, lambda: None)
        client: Any = _Client(self)
        self.intake = Intake(self.stores, self.settings, client)
        self.recovery.at_start()
        self.worker()

    def close(self) -> None:
        for worker in self.workers:
            worker.close()

    def worker(self) -> Worker:
        """One more worker."""
        self._births += 1
        self.workers.append(Worker(self, self._births))
        return self.workers[-1]

    # -- the steps ----------------------------------------------------------------------------

    def submit(
        self, *texts: str, key: str | None = None, uploads: Sequence[Spooled] = ()
    ) -> Submission:
        """Submit texts, each its own name. Raises what the intake raises."""
        sources: list[Any] = [TextSource(text, text[:40]) for text in texts]
        return self.intake.submit(IngestionTask(sources=sources), key=key, uploads=uploads)

    def settle(self) -> None:
        """Let the settler write what it has been told, each thing once."""
        with contextlib.suppress(OSError, LibraryTrouble):
            self.core.settle_waiting()

    def sweep(self) -> None:
        self.recovery.sweep_soon()
        self.recovery.sweep()

    def until_idle(self) -> None:
        """Work until nothing is pending, as a service with a sound disk does by itself."""
        for _ in range(ROUNDS):
            self.time += 60.0
            self.sweep()
            for worker in self.workers:
                if worker.tasks:
                    worker.work()
                while worker.lease():
                    worker.work()
            self.settle()
            if not self.queue.pending_ids() and not self.manifests.pending_ids():
                self.core.indexer.write_waiting()
                return
        raise AssertionError(f"still pending: {self.queue.pending_ids()}")

    # -- the truth ----------------------------------------------------------------------------

    def ended(self, job_id: str) -> Manifest:
        """The terminal manifest, checked: each run has ended exactly once."""
        manifest = self.manifests.read_terminal(job_id)
        assert manifest is not None, f"job {job_id} has not ended"
        ends = [moment for moment in manifest.history if moment.state.terminal]
        assert len(ends) == manifest.run, manifest.history
        assert manifest.history[-1].state is manifest.state
        return manifest

    def stored(self) -> set[str]:
        """Every file that a submission may leave: manifests, keys, uploads, temporary files."""
        folder = self.folder
        places = (folder.jobs, folder.keys, folder.spool)
        files = (path for place in places for path in place.rglob("*") if path.is_file())
        return {str(path.relative_to(folder.root)) for path in files if path.name != ".lock"}

    def unmended(self) -> list[Finding]:
        """What `gristmill check --repair` cannot mend, or finds again afterwards."""
        first = [finding for finding in check(self.folder, repair=True) if not finding.repaired]
        return first + check(self.folder, repair=False)
