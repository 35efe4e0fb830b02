"""Keeps batch files for as long as one of their jobs is pending."""

import itertools
import logging
from collections.abc import Sequence
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
            self._seen = {path: self._progress(path) for path in self._batches.paths()}
            over = [path for path in self._seen if self._is_over(self._seen[path])]
            # By their jobs: a line that has come meanwhile stays, and is seen next time.
            self._batches.drop(job_id for path in over for job_id in self._seen.pop(path).job_ids)
        except (OSError, GristmillError) as error:
            _log.warning("batch files could not be tidied, trying again: %s", error)

    def _progress(self, path: Path) -> "_Progress":
        return self._seen.get(path) or _Progress(self._batches.ids(path))

    def _is_over(self, progress: "_Progress") -> bool:
        # Jobs end much in the order in which they came: mostly a look at one of them is enough.
        left = progress.job_ids[progress.ended :]
        let_go = list(itertools.takewhile(lambda job_id: not self._queue.holds(job_id), left))
        if not self._manifests.all_ended(let_go):
            return False
        progress.ended += len(let_go)
        return len(let_go) == len(left)


class _Progress:
    """The first `ended` of these jobs had ended when we looked last."""

    def __init__(self, job_ids: Sequence[str]) -> None:
        self.job_ids, self.ended = job_ids, 0
