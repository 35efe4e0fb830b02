"""Manifests on disk: what is known of each job, pending until it ends, then under its day."""

import os
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import suppress

from gristmill.schemas.ids import batch_of
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.problems.errors import GristmillError
from gristmill.storage import faults
from gristmill.storage.disk.durable import write_atomic
from gristmill.storage.disk.group_commit import remove_all
from gristmill.storage.disk.locks import hold
from gristmill.storage.disk.overlapped import overlapped
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests.batches import Batches
from gristmill.storage.manifests.ends import LARGE, Ends
from gristmill.storage.manifests.listing import job_ids_in
from gristmill.storage.manifests.manifest_format import LEFT_OUT, decode, encode, read_file

_LOOKS = 4
_REOPEN_WAIT_S = 10.0


class Manifests:
    """The manifests of one data folder. Safe from any thread and process.

    A pending manifest is a line of a batch file, or a file of its own: a large one, and one that is
    written later. Where a job has both, its own is newer. Where it has both a pending and a
    terminal one (`storage.manifests.ends`), the terminal one is the truth. Readers raise OSError
    where they cannot make sure that an end is durable.
    """

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._batches, self._ends = Batches(folder), Ends(folder)

    def create(self, manifest: Manifest) -> None:
        """Store a new pending manifest durably. Raises OSError."""
        write_atomic(self._folder.pending_path(manifest.job_id), encode(manifest))

    def create_all(self, manifests: Sequence[Manifest]) -> None:
        """Store new pending manifests durably, one write for those whose ids name the same batch
        file. Raises OSError; what is there then has to be withdrawn."""
        batches: dict[str, list[bytes]] = {}
        large: list[Manifest] = []
        for manifest in manifests:
            line = encode(manifest)
            if len(line) < LARGE:
                batches.setdefault(batch_of(manifest.job_id), []).append(line)
            else:
                large.append(manifest)
        overlapped(self._batches.add, list(batches.items()))
        overlapped(self.create, large)

    def write_running(self, manifest: Manifest) -> None:
        """Replace a pending manifest. Its name is not fsynced: a power cut may take the state
        back to queued, which recovery treats the same."""
        write_atomic(self._folder.pending_path(manifest.job_id), encode(manifest), durable=False)

    def settle(self, manifest: Manifest) -> None:
        """Store the terminal manifest durably, then drop the pending one. Raises OSError."""
        (error,) = self.write_terminal([manifest])
        if error is not None:
            raise error
        self.drop_pending(manifest.job_id)

    def write_terminal(self, manifests: Sequence[Manifest]) -> list[OSError | None]:
        """The first step of settling: make ends durable together, each whatever becomes of the
        others. Returns what went wrong with each. While the pending manifest is there too, a
        crash in what comes between the two steps is found and mended at the next start."""
        for manifest in manifests:
            faults.hit("settle.before_terminal", manifest.job_id)
        outcomes = self._ends.write(manifests)
        faults.hit("settle.after_terminal")
        return outcomes

    def drop_pending(self, job_id: str) -> None:
        """Remove the pending manifest of an ended job, if it has a file. Not fsynced: while the
        terminal one exists, a pending one that comes back means nothing. Nor does a line of a
        batch file, which goes with its last job (`pool.recovery.batch_keeper`)."""
        faults.hit("settle.before_unlink")
        faults.disk("manifest.unlink")
        with suppress(FileNotFoundError):
            # No Path: pathlib interns the name of each job, and that table only ever grows.
            os.unlink(self._folder.pending_file(job_id))  # noqa: PTH108

    def withdraw(self, *job_ids: str) -> None:
        """Durably remove pending manifests whose submissions were never accepted."""
        self._batches.drop(job_ids)
        paths = map(self._folder.pending_path, job_ids)
        remove_all([path for path in paths if path.exists()])

    def take_out_of_batches(self) -> None:
        """Durably drop the lines of ended jobs from all batch files. Raises OSError."""
        self._batches.drop(self.ended_among(self._batches.all_ids()))

    def reopen(self, manifest: Manifest) -> None:
        """Make an ended job pending again, durably. `manifest` is its new pending one.

        A crash before the terminal manifest is gone leaves the job as it was: ended. Waits for
        whoever looks at both places and wants no job to move back meanwhile. Raises StorageFailed
        where that takes long.
        """
        with hold(self._folder.reopen_lock, _REOPEN_WAIT_S):
            self.create(manifest)
            faults.hit("retry.before_unlink")
            self._ends.drop(manifest.job_id, durable=True)

    def drop_terminal(self, job_id: str) -> None:
        """Remove the manifest of an ended job. Not fsynced: one that comes back is an ended job
        that can be dropped again."""
        self._ends.drop(job_id, durable=False)

    def remove_empty(self, job_ids: Iterable[str]) -> None:
        """Remove what is empty once the manifests of these jobs have been dropped. Raises
        OSError."""
        self._ends.remove_empty(job_ids)

    def read(self, job_id: str) -> Manifest | None:
        """The manifest of a job, or None. Raises BrokenManifest."""
        # It may be settled after the look at the one place, and reopened after that at the other.
        for _ in range(_LOOKS):
            if found := self.read_terminal(job_id) or self.read_pending(job_id):
                return found
        return None

    def read_terminal(self, job_id: str) -> Manifest | None:
        return self._ends.find(job_id)

    def read_pending(self, job_id: str) -> Manifest | None:
        return read_file(self._folder.pending_file(job_id)) or self._batches.find(job_id)

    def pending_reader(self) -> Callable[[str], Manifest | None]:
        """`read_pending` for many jobs in the order of their ids, while nobody writes."""
        own, find = set(job_ids_in(self._folder.pending)), self._batches.reader()

        def read(job_id: str) -> Manifest | None:
            if job_id in own:
                return read_file(self._folder.pending_file(job_id))
            return find(job_id)

        return read

    def is_pending(self, job_id: str) -> bool:
        return (
            self._folder.pending_path(job_id).exists() or self._batches.has(job_id)
        ) and not self._ends.has(job_id)

    def is_ended(self, job_id: str) -> bool:
        """Whether a job has a terminal manifest."""
        return self._ends.has(job_id)

    def all_ended(self, job_ids: Iterable[str]) -> bool:
        """Whether each of these jobs has a terminal manifest; quickest for neighbours."""
        return not self._ends.missing_among(job_ids)

    def ended_among(self, job_ids: Iterable[str]) -> list[str]:
        """Those jobs that have a terminal manifest, found quicker than one by one."""
        return self._ends.among(job_ids)

    def pending_ids(self) -> list[str]:
        """Ids of all jobs with a pending manifest, oldest first."""
        # The lines of jobs that have ended stay where they are.
        batched = self._ends.missing_among(self._batches.all_ids())
        return sorted({*job_ids_in(self._folder.pending), *batched})

    def know_all(self) -> None:
        """A queue knows all that `all_pending_ids` has found."""
        self._batches.know_all()

    def strays(self, known: Container[str]) -> list[str]:
        """Ids of the jobs with a pending manifest, oldest first, besides those that are `known` to
        a queue, which a job only leaves when it has ended."""
        own = (job_id for job_id in job_ids_in(self._folder.pending) if job_id not in known)
        return sorted({*own, *self._ends.missing_among(self._batches.strays(known))})

    def all_pending_ids(self) -> tuple[list[str], list[str]]:
        """Ids of all jobs with a pending manifest, oldest first: of those that have not ended, and
        of those whose own file has outlived their end. For a restart: looks at no file twice."""
        own = job_ids_in(self._folder.pending)
        ids = sorted({*own, *self._batches.all_ids()})
        ended = set(self._ends.among(ids))
        return [i for i in ids if i not in ended], [i for i in own if i in ended]

    def ended_ids(self, last_day: str | None = None) -> Iterator[str]:
        """All jobs with a terminal manifest, or those submitted up to a day; oldest day first."""
        return self._ends.ids(last_day)

    def ended_last(
        self, within_s: float, broken: Callable[[GristmillError], object]
    ) -> Iterator[Manifest]:
        """The jobs that were accepted and ended in the last seconds before the last of all ends,
        and some others. Calls `broken` about each that cannot be read."""
        for path, line in self._ends.latest(within_s):
            try:
                yield decode(line, path)
            except LEFT_OUT as error:
                broken(error)
