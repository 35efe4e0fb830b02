"""`process_job`: one pending job, run to its end in this very process."""

import os
import threading
import time

from gristmill.pool.supervisor.core import Core
from gristmill.pool.supervisor.ownership import owned
from gristmill.pool.worker.board import Board, Post
from gristmill.pool.worker.lives.lease_runner import LeaseRunner
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.offers import offer_of
from gristmill.schemas.jobs.tasks import Report, WorkerId
from gristmill.schemas.problems.errors import JobNotFound
from gristmill.storage.stores import Stores

_SETTLE_S, _LOOK_S = 40.0, 0.05
"""How long nothing may happen, longer than any pause before another try; and from look to look."""


def process_job(job_id: str, settings: Settings | None = None) -> Manifest:
    """Run a pending job here and now, and return its terminal manifest.

    Idempotent: a job that has ended is returned as it is and nothing happens; one that was
    interrupted goes on where it was. For debugging and for programs without a pool: a document
    that kills its process kills this one. Raises JobNotFound, and DataFolderBusy when a
    supervisor is at work on the folder (it will run the job).
    """
    settings = settings or Settings()
    stores = Stores.of(settings)
    manifest = _find(stores, job_id)
    if manifest.state.terminal:
        return manifest
    with owned(stores.folder):
        manifest = _find(stores, job_id)
        if not manifest.state.terminal:
            _run(stores, settings, manifest)
    return _find(stores, job_id)


def _find(stores: Stores, job_id: str) -> Manifest:
    manifest = stores.manifests.read(job_id)
    if manifest is None:
        raise JobNotFound(f"there is no job {job_id} in {stores.folder.root}")
    return manifest


def _run(stores: Stores, settings: Settings, manifest: Manifest) -> None:
    core = Core(stores, 1, settings.timeout_s)
    queue = core.queue
    core.start()
    try:
        queue.offer(offer_of(manifest), True)
        worker = WorkerId(os.getpid(), 0.0)
        queue.enrol(worker)
        post = Post(Board.create(stores.folder.board, 1), 0, worker)
        with stores.library() as library:
            batch = LeaseRunner(stores, settings, library, post, threading.Event())
            reports: list[Report] = []
            until = time.monotonic() + _SETTLE_S
            # What the machine failed comes again after a pause.
            while not queue.wait_for_idle(0) and time.monotonic() < until:
                while tasks := queue.lease(worker, reports, 0):
                    reports = [*batch.run(tasks), *batch.finish()]
                    until = time.monotonic() + _SETTLE_S
                reports = []
                queue.wait_for_idle(_LOOK_S)
    finally:
        core.stop(_SETTLE_S)
