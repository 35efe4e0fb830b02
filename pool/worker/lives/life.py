"""One worker life: join, then lease, work and report until told to stop or due for recycling."""

import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from multiprocessing import parent_process
from multiprocessing.connection import wait as wait_for
from typing import Any, Protocol

import psutil

from gristmill.pool.client import PoolClient
from gristmill.pool.processes.log_lines import log_to_stderr
from gristmill.pool.worker import last_words
from gristmill.pool.worker.board import Board, Post
from gristmill.pool.worker.confined.lockdown import confinement
from gristmill.pool.worker.lives.document_spans import Tell
from gristmill.pool.worker.lives.lease_runner import LeaseRunner
from gristmill.schemas.configuration.settings import MIB, Settings
from gristmill.schemas.jobs.tasks import Report, Task, WorkerId
from gristmill.schemas.jobs.workers import ORPHANED
from gristmill.schemas.problems.errors import SupervisorAway
from gristmill.schemas.problems.library_errors import LibraryDamaged
from gristmill.storage import faults
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library, Patience
from gristmill.storage.stores import Stores

LEASE_WAIT_S = 1.0
_PATIENCE_S = 600.0
"""Somebody may store a document of hundreds of MB. What was done meanwhile should not be thrown
away for that; and whoever is stuck there gives no sign of life, and is ended."""
_LAST_PAUSE_S = 0.5
_LOOK_EVERY = 64
_ORPHAN_LOOK_S = 0.5
_log = logging.getLogger(__name__)


class Desk(Protocol):
    """Where a worker gets its work: the queue itself, or a client of it."""

    def lease(
        self, worker: WorkerId, finished: Sequence[Report], wait_s: float
    ) -> list[Task] | None: ...

    def report(self, worker: WorkerId, finished: Sequence[Report]) -> None: ...

    def leave(self, worker: WorkerId, finished: Sequence[Report]) -> None: ...


def run_life(settings: Settings, folder: DataFolder) -> int:
    """Live one life in a worker process on a data folder; returns the number of documents done.

    The Pool's only task. It returns one small value and never raises: an exception that cannot
    be unpickled would end the Pool's result thread.
    """
    stop = threading.Event()
    _set_signals(stop)
    log_to_stderr(settings)
    faults.rearm()
    # Before our first thread, which would not be bound by it.
    confinement.lock_in(settings, folder)
    _die_with_parent()
    faults.hit("life.boot")
    with contextlib.suppress(OSError, AttributeError):
        os.nice(settings.worker_nice)
    process = psutil.Process()
    worker = WorkerId(process.pid, process.create_time())
    stores = Stores(folder)
    client = PoolClient(stores)
    try:
        post = Post(Board(stores.folder.board), client.join(worker), worker)
        traced = client.traced if settings.otlp_endpoint else None
        due = lambda: _is_due(settings, post, process)  # noqa: E731
        live(client, post, worker, stores, settings, stop, due, traced)
    except SupervisorAway:
        return 0
    except BaseException as error:
        _log.exception("worker %d ends after an unexpected error", worker.pid)
        last_words.say(folder, worker.pid, error)
        # The next life may come to the same end at once, and the one after that.
        stop.wait(_LAST_PAUSE_S)
        return 0
    return post.documents


def live(
    desk: Desk,
    post: Post,
    worker: WorkerId,
    stores: Stores,
    settings: Settings,
    stop: threading.Event,
    is_due: Callable[[], bool] = lambda: False,
    traced: Tell | None = None,
) -> None:
    """Lease, work and report until the queue says stop, `stop` is set or the life is due.
    `traced` gets the steps of traces that were done."""
    library = _opened(stores, Patience(_PATIENCE_S, post.beat), stop)
    if library is None:
        desk.leave(worker, [])
        return
    with library:
        batch = LeaseRunner(stores, settings, library, post, stop, traced)
        reports: list[Report] = []
        while not (stop.is_set() or is_due()):
            faults.hit("life.lease")
            tasks = desk.lease(worker, reports, 0.0 if batch.waits else LEASE_WAIT_S)
            reports = []
            if tasks is None:
                break
            if batch.waits and not batch.goes_on_with(tasks):
                desk.report(worker, batch.finish())
            reports = batch.run(tasks)
            faults.hit("life.report")
        reports += batch.finish()
    desk.leave(worker, reports)
    faults.hit("life.end")


def _opened(stores: Stores, patience: Patience, stop: threading.Event) -> Library | None:
    """The library; None where `stop` was set before it could be opened. A damaged one is waited
    for: a life that ended because of it would be replaced by the next one, again and again."""
    while not stop.is_set():
        try:
            return stores.library(patience=patience)
        except LibraryDamaged:
            stop.wait(LEASE_WAIT_S)
    return None


def _is_due(settings: Settings, post: Post, process: psutil.Process) -> bool:
    if post.documents >= settings.recycle_documents:
        return True
    # Reading the size costs 20 us, so not after each tiny batch.
    due_for_a_look = post.documents % _LOOK_EVERY < 8
    return due_for_a_look and process.memory_info().rss > settings.recycle_rss_mb * MIB


def _set_signals(stop: threading.Event) -> None:
    """TERM: stop after this document (a drain, or the first step of the ladder). INT comes from
    a terminal, to everybody; the supervisor drains us when it sees it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: stop.set())


def _die_with_parent() -> None:
    """A killed supervisor leaves no orphan at work; nor does a killed forkserver, of whose
    workers nobody would hear any more: what such a one held when it died would stay leased."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        while not _is_orphan() and not wait_for([parent.sentinel], _ORPHAN_LOOK_S):
            pass
        os._exit(ORPHANED)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def _is_orphan() -> bool:
    """Whether the forkserver that made us is gone. Without its preload there is none to ask."""
    boot: Any = sys.modules.get("gristmill.pool.worker.lives.boot")
    return boot is not None and os.getppid() != boot.PRELOADED_IN
