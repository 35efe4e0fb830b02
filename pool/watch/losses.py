"""A worker is gone: what becomes of each task it held is carried out. The ordinary failure path,
too."""

import logging
import random
from collections.abc import Callable

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.watch.roster import Roster
from gristmill.pool.watch.verdicts import death, lost_to, standings, verdict
from gristmill.schemas.jobs.workers import Loss

_log = logging.getLogger(__name__)


class Losses:
    """Used by the supervisor's loop alone, which waits for no disk here."""

    def __init__(
        self, queue: JobQueue, roster: Roster, on_loss: Callable[[str], None] = lambda cause: None
    ) -> None:
        """`on_loss` gets the cause of each death that was out of order (`verdicts.lost_to`)."""
        self._queue, self._roster, self._on_loss = queue, roster, on_loss

    def handle(self, loss: Loss) -> None:
        """Re-lease what a dead worker held; the document that it was at is suspect."""
        departure = self._roster.depart(loss)
        tasks = self._queue.revoke(loss.worker)
        lost_to_what = lost_to(departure, tasks)
        if lost_to_what is None:
            _log.debug("worker ended", extra={"fields": {"worker": loss.worker.pid}})
        else:
            _log.warning(
                "%s with %d tasks",
                death(departure),
                len(tasks),
                extra={
                    "fields": {
                        "worker": loss.worker.pid,
                        "cause": lost_to_what,
                        "jobs": ",".join(sorted({task.job_id for task in tasks})) or None,
                    }
                },
            )
            self._on_loss(lost_to_what)
        for task, standing in zip(tasks, standings(tasks, departure), strict=True):
            found = verdict(task, standing, departure, random.random())
            self._queue.replace(task, found.parts, found.error)
