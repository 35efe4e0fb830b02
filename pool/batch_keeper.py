"""Keeps batch files for as long as one of their jobs is pending."""

import itertools
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
        self._seen: dict[Path, _Progress] = {}
        self._chore = Chore("batches", self.look, first_s=_EVERY_S, every_s=_EVERY_S)

    def tick(self) -> None:
        self._chore.tick()

    def look(self) -> None:
        """Remove the files whose jobs have all ended."""
        try:
            paths = self._batches.paths()
            self._seen = {path: self._seen.get(path) or _Progress() for path in paths}
            for path, progress in self._seen.items():
                self._look_at(path, progress)
        except (OSError, GristmillError) as error:
            _log.warning("batch files could not be tidied, trying again: %s", error)

    def _look_at(self, path: Path, progress: "_Progress") -> None:
        # Nothing but its submitters' appends changes a file, and most have no more of those.
        size = path.stat().st_size
        if size != progress.size:
            progress.size, progress.job_ids = size, self._batches.ids(path)
            progress.ended = 0
        if self._is_over(progress):
            # A line that has come meanwhile keeps the file, and is seen next time.
            self._batches.remove_ended(path, set(progress.job_ids))

    def _is_over(self, progress: "_Progress") -> bool:
        # Jobs end much in the order in which they came: mostly a look at one of them is enough.
        left = progress.job_ids[progress.ended :]
        let_go = list(itertools.takewhile(lambda job_id: not self._queue.holds(job_id), left))
        if not self._manifests.all_ended(let_go):
            return False
        progress.ended += len(let_go)
        return len(let_go) == len(left)


class _Progress:
    """What was seen of a file when it had `size` bytes: the first `ended` of its jobs had ended."""

    def __init__(self) -> None:
        self.size, self.ended = -1, 0
        self.job_ids: list[str] = []
