"""Keeps batch files for as long as they are needed, and brings back what only they have."""

import logging
from pathlib import Path

from gristmill.pool.chore import Chore
from gristmill.pool.job_queue import JobQueue
from gristmill.schemas.errors import GristmillError
from gristmill.storage.batches import Batches
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests

_EVERY_S = 2.0
_log = logging.getLogger(__name__)


class BatchKeeper:
    """The supervisor's hand on the batch files of `folder`."""

    def __init__(self, folder: DataFolder, queue: JobQueue) -> None:
        self._queue = queue
        self._batches, self._manifests = Batches(folder), Manifests(folder)
        self._waiting: dict[Path, list[str]] = {}
        """The jobs of each file that had not ended when we looked last, the latest first."""
        self._chore = Chore("batches", self.look, first_s=_EVERY_S, every_s=_EVERY_S)

    def at_start(self) -> None:
        """After a power cut: what was accepted and had not reached the disk by itself."""
        for path in self._batches.paths():
            try:
                if restored := self._batches.restore(path):
                    _log.info("brought %d jobs back from batch %s", restored, path.stem)
            except (OSError, GristmillError) as error:
                _log.error("the batch %s cannot be used: %s", path.stem, error)

    def tick(self) -> None:
        self._chore.tick()

    def look(self) -> None:
        """Remove the files whose jobs have all ended."""
        try:
            paths = self._batches.paths()
            self._waiting = {path: self._jobs_of(path) for path in paths}
            self._batches.remove(path for path in paths if self._is_over(path))
        except (OSError, GristmillError) as error:
            _log.warning("batch files could not be tidied, trying again: %s", error)

    def _jobs_of(self, path: Path) -> list[str]:
        if path in self._waiting:
            return self._waiting[path]
        return [manifest.job_id for manifest in reversed(self._batches.read(path))]

    def _is_over(self, path: Path) -> bool:
        waiting = self._waiting[path]
        # Jobs end much in the order in which they came: mostly a look at one of them is enough.
        while waiting and not self._queue.holds(waiting[-1]):
            if not self._manifests.is_ended(waiting[-1]):
                # Its submitter is at it, or died between the two writes: then it is ours now.
                self._batches.restore(path)
                return False
            waiting.pop()
        return not waiting
