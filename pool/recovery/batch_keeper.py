"""Keeps batch files for as long as one of their jobs is pending."""

from collections.abc import Sequence
from pathlib import Path

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.recovery.periodic import Periodic
from gristmill.schemas.ids import claim_of
from gristmill.storage.manifests.batches import Batches
from gristmill.storage.stores import Stores

_EVERY_S = 2.0


class BatchKeeper:
    """The supervisor's hand on the batch files of a data folder."""

    def __init__(self, stores: Stores, queue: JobQueue) -> None:
        self._queue = queue
        self._folder, self._spool = stores.folder, stores.spool
        self._batches, self._manifests = Batches(stores.folder), stores.manifests
        self._kept_by: dict[Path, str] = {}
        """A job of each file that was pending when we looked last."""
        self._chore = Periodic(
            self.look,
            trouble="batch files could not be tidied",
            first_s=_EVERY_S,
            every_s=_EVERY_S,
        )

    def tick(self) -> None:
        self._chore.tick()

    def look(self) -> None:
        """Remove the files whose jobs have all ended."""
        keepers = ((path, self._keeper(path)) for path in self._batches.paths())
        self._kept_by = {path: job_id for path, job_id in keepers if job_id is not None}

    def _keeper(self, path: Path) -> str | None:
        """A pending job of a file; where it has none, the file goes."""
        # Jobs end much in the order in which they came: mostly a look at one of them is enough.
        likely = self._kept_by.get(path) or self._batches.first_id(path)
        if likely is not None and self._queue.pending(likely):
            return likely
        ids = self._batches.ids(path)
        held = next((job_id for job_id in ids if self._queue.pending(job_id)), None)
        if held is None and self._manifests.all_ended(ids):
            self._release_uploads(ids)
            # A line that has come meanwhile keeps the file, and is seen next time.
            self._batches.remove_ended(path, set(ids))
        return held

    def _release_uploads(self, job_ids: Sequence[str]) -> None:
        """A supervisor that was killed between a job's end and what follows from it has left the
        job's uploads. Where it had a pending file of its own, recovery comes back to it; of a line
        in a batch file, this is the last anybody sees."""
        for job_id in job_ids:
            if self._folder.bundle_path(claim_of(job_id)).exists():
                ended = self._manifests.read_terminal(job_id)
                if ended is not None:
                    self._spool.release(ended)
