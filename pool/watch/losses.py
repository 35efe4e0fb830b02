"""A worker is gone: what becomes of each task it held is carried out. The ordinary failure path,
too."""

import logging
import random

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.watch.roster import Departure, Roster
from gristmill.pool.watch.verdicts import (
    Standing,
    Strike,
    Verdict,
    death,
    standings,
    to_read,
    unread,
    verdict,
)
from gristmill.schemas.errors import LibraryTrouble
from gristmill.schemas.tasks import Task
from gristmill.schemas.workers import Loss
from gristmill.storage.library import Patience
from gristmill.storage.stores import Stores

_PATIENCE_S = 2.0
"""The supervisor's loop has more to do than to wait for whoever stores a huge document."""
_log = logging.getLogger(__name__)


class Losses:
    """Used by the supervisor's loop alone."""

    def __init__(self, stores: Stores, queue: JobQueue, roster: Roster) -> None:
        self._queue, self._roster = queue, roster
        self._library = stores.library(patience=Patience(_PATIENCE_S))
        self._library.keep_little()

    def close(self) -> None:
        self._library.close()

    def handle(self, loss: Loss) -> None:
        """Re-lease what a dead worker held; the document that it was at is suspect."""
        departure = self._roster.depart(loss)
        tasks = self._queue.revoke(loss.worker)
        if tasks:
            _log.warning("%s with %d tasks", death(departure), len(tasks))
        for task, standing in zip(tasks, standings(tasks, departure), strict=True):
            try:
                found = self._carried_out(task, standing, departure)
            except (OSError, LibraryTrouble) as error:
                _log.warning("job %s: %s", task.job_id, error)
                found = unread(task)
            self._queue.replace(task, found.parts, found.error)

    def _carried_out(self, task: Task, standing: Standing, departure: Departure) -> Verdict:
        """The verdict on a task, with its effects on the ledger done."""
        jitter = random.random()
        span = to_read(task, standing, departure, jitter)
        pending = self._library.pending(task.job_id, *span) if span else []
        found = verdict(task, standing, departure, pending, jitter)
        for effect in found.effects:
            if isinstance(effect, Strike):
                self._library.strike(*effect)
            else:
                self._library.fail(*effect)
        return found
