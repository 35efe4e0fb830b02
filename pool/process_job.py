"""`process_job`: one pending job, run to its end in this very process."""

import os
import threading

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.settling.indexer import Indexer
from gristmill.pool.settling.settler import Settler
from gristmill.pool.supervisor.ownership import owned
from gristmill.pool.worker.board import Board, Post
from gristmill.pool.worker.lease_runner import LeaseRunner
from gristmill.schemas.errors import JobNotFound
from gristmill.schemas.manifest import Manifest
from gristmill.schemas.offers import offer_of
from gristmill.schemas.settings import Settings
from gristmill.schemas.tasks import Report, WorkerId
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library
from gristmill.storage.manifests import Manifests

_SETTLE_S = 30.0


def process_job(job_id: str, settings: Settings | None = None) -> Manifest:
    """Run a pending job here and now, and return its terminal manifest.

    Idempotent: a job that has ended is returned as it is and nothing happens; one that was
    interrupted goes on where it was. For debugging and for programs without a pool: a document
    that kills its process kills this one. Raises JobNotFound, and DataFolderBusy when a
    supervisor is at work on the folder (it will run the job).
    """
    settings = settings or Settings()
    folder = DataFolder.open(settings.data)
    manifest = _find(folder, job_id)
    if manifest.state.terminal:
        return manifest
    with owned(folder):
        manifest = _find(folder, job_id)
        if not manifest.state.terminal:
            _run(folder, settings, manifest)
    return _find(folder, job_id)


def _find(folder: DataFolder, job_id: str) -> Manifest:
    manifest = Manifests(folder).read(job_id)
    if manifest is None:
        raise JobNotFound(f"there is no job {job_id} in {folder.root}")
    return manifest


def _run(folder: DataFolder, settings: Settings, manifest: Manifest) -> None:
    indexer = Indexer(folder.library)
    settler = Settler(folder, indexer)
    queue = JobQueue(1, settings.timeout_s, on_started=settler.add, on_finished=settler.add)
    settler.start(queue.forget)
    try:
        queue.offer(offer_of(manifest), True)
        worker = WorkerId(os.getpid(), 0.0)
        queue.enrol(worker)
        post = Post(Board.create(folder.board, 1), 0, worker)
        with Library.open(folder.library) as library:
            batch = LeaseRunner(folder, settings, library, post, threading.Event())
            reports: list[Report] = []
            while tasks := queue.lease(worker, reports, 0):
                reports = [*batch.run(tasks), *batch.finish()]
        queue.wait_for_idle(_SETTLE_S)
    finally:
        settler.stop(_SETTLE_S)
        indexer.stop(_SETTLE_S)
