"""The inline engine: one worker, a thread of the supervisor's own process.

For tests and for debugging a parser: a breakpoint works, and a crash is the service's crash. A
document cannot be ended from outside, so no limit is enforced.
"""

import logging
import os
import threading

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.engines.protocol import Loss
from gristmill.pool.watch.roster import Enrolled, Roster
from gristmill.pool.worker.board import Board, Post
from gristmill.pool.worker.life import live
from gristmill.schemas.settings import Settings
from gristmill.schemas.tasks import WorkerId
from gristmill.storage.stores import Stores

_log = logging.getLogger(__name__)


class InlineEngine:
    """Runs one life until told to stop."""

    def __init__(self, stores: Stores, settings: Settings, queue: JobQueue, roster: Roster) -> None:
        self._stores, self._settings, self._queue, self._roster = stores, settings, queue, roster
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._live, name="inline-worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wait(self, timeout_s: float) -> list[Loss]:
        self._thread.join(timeout_s)
        return []

    def tick(self) -> None:
        """One thread keeps itself coming, or not at all: see `trouble`."""

    def trouble(self) -> str | None:
        if self._thread.is_alive() or self._stop.is_set():
            return None
        return "the inline worker ended unexpectedly; the log says why"

    def end(self, member: Enrolled) -> None:
        """Nothing can be done from outside but to wait."""

    def stop(self, timeout_s: float) -> list[Loss]:
        self._stop.set()
        self._thread.join(timeout_s)
        return []

    def _live(self) -> None:
        worker = WorkerId(os.getpid(), 0.0)
        try:
            post = Post(Board(self._stores.folder.board), self._roster.join(worker), worker)
            self._queue.enrol(worker)
            live(self._queue, post, worker, self._stores, self._settings, self._stop)
        except Exception:
            _log.exception("the inline worker ends after an unexpected error")
