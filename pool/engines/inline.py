"""The inline engine: one worker, a thread of the supervisor's own process.

For tests and for debugging a parser: a breakpoint works, and a crash is the service's crash. A
document cannot be ended from outside, so no limit is enforced.
"""

import logging
import os
import threading
from collections.abc import Collection

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.engines.board_glimpses import glimpse_on
from gristmill.pool.engines.one_machine import OneMachine
from gristmill.pool.worker.board import Board, Post
from gristmill.pool.worker.lives.life import live
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.jobs.workers import Glimpse, Loss, Trouble
from gristmill.schemas.problems.errors import ServiceFailed
from gristmill.storage.stores import Stores

_SLOT = 0
_log = logging.getLogger(__name__)


class InlineEngine(OneMachine):
    """Runs one life until told to stop."""

    def __init__(self, stores: Stores, settings: Settings, queue: JobQueue) -> None:
        self._stores, self._settings, self._queue = stores, settings, queue
        self._worker = WorkerId(os.getpid(), 0.0)
        self._board = Board.create(stores.folder.board, 1)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._live, name="inline-worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self, worker: WorkerId) -> int:
        raise ServiceFailed(f"the inline engine has a worker of its own; {worker} is none of it")

    def wait(self, timeout_s: float) -> list[Loss]:
        self._thread.join(timeout_s)
        return []

    def tick(self) -> None:
        """One thread keeps itself coming, or not at all: see `trouble`."""

    def trouble(self) -> Trouble | None:
        if self._thread.is_alive() or self._stop.is_set():
            return None
        return Trouble("the inline worker ended unexpectedly; the log says why")

    def workers(self) -> set[WorkerId]:
        return {self._worker} if self._thread.is_alive() else set()

    def glimpses(self) -> list[Glimpse]:
        glimpse = glimpse_on(self._board, _SLOT, self._worker)
        return [] if glimpse is None else [glimpse]

    def end(self, worker: WorkerId) -> None:
        """Nothing can be done from outside but to wait."""

    def cancel(self, job_id: str, workers: Collection[WorkerId]) -> None:
        if self._worker in workers:
            self._board.ask_to_cancel(_SLOT, job_id)

    def forget_cancel(self, job_id: str) -> None:
        self._board.forget_cancel(_SLOT, job_id)

    def stop(self, timeout_s: float) -> list[Loss]:
        self._stop.set()
        self._thread.join(timeout_s)
        return []

    def _live(self) -> None:
        try:
            post = Post(self._board, _SLOT, self._worker)
            self._queue.enrol(self._worker)
            live(self._queue, post, self._worker, self._stores, self._settings, self._stop)
        except Exception:
            _log.exception("the inline worker ends after an unexpected error")
