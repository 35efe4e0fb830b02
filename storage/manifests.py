"""Manifests on disk: one file a job, pending until the job ends, then under its day."""

import fnmatch
import os
from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path

from gristmill.schemas.manifest import Manifest
from gristmill.storage import faults
from gristmill.storage.batches import Batches
from gristmill.storage.durable import make_folder, sync_folder, write_atomic
from gristmill.storage.group_commit import remove_all
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifest_format import encode, read_file

_OWN = "[0-9a-f]*.json"


class Manifests:
    """The manifests of one data folder. Safe from any thread and process.

    A pending manifest is a file of its own, or a line of a batch file; where a job has both, its
    own is newer. Where it has both a pending and a terminal one, the terminal one is the truth.
    """

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._batches = Batches(folder)

    def create(self, manifest: Manifest) -> None:
        """Store a new pending manifest durably. Raises OSError."""
        write_atomic(self._folder.pending_path(manifest.job_id), encode(manifest))

    def create_all(self, manifests: Sequence[Manifest]) -> None:
        """Store new pending manifests durably: several in one write, in a batch file, which the
        ids of a batch have to name. Raises OSError; what is there then has to be withdrawn."""
        if len(manifests) > 1:
            self._batches.add(manifests)
        else:
            for manifest in manifests:
                self.create(manifest)

    def write_running(self, manifest: Manifest) -> None:
        """Replace a pending manifest. Its name is not fsynced: a power cut may take the state
        back to queued, which recovery treats the same."""
        write_atomic(self._folder.pending_path(manifest.job_id), encode(manifest), durable=False)

    def settle(self, manifest: Manifest) -> None:
        """Store the terminal manifest durably, then drop the pending one."""
        self.write_terminal(manifest)
        self.drop_pending(manifest.job_id)

    def write_terminal(self, manifest: Manifest) -> None:
        """The first step of settling. While the pending manifest is there too, a crash in what
        comes between the two steps is found and mended at the next start."""
        path = self._folder.terminal_path(manifest.job_id)
        make_folder(path.parent)
        faults.hit("settle.before_terminal")
        write_atomic(path, encode(manifest))
        faults.hit("settle.before_unlink")

    def drop_pending(self, job_id: str) -> None:
        """Remove the pending manifest of an ended job, if it has a file. Not fsynced: while the
        terminal one exists, a pending one that comes back means nothing. Nor does a line of a
        batch file, which goes with its last job (`pool.batch_keeper`)."""
        faults.disk("manifest.unlink")
        self._folder.pending_path(job_id).unlink(missing_ok=True)

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

        A crash before the terminal manifest is gone leaves the job as it was: ended.
        """
        self.create(manifest)
        faults.hit("retry.before_unlink")
        terminal = self._folder.terminal_path(manifest.job_id)
        faults.disk("manifest.unlink")
        terminal.unlink(missing_ok=True)
        sync_folder(terminal.parent)

    def read(self, job_id: str) -> Manifest | None:
        """The manifest of a job, or None. Raises BrokenManifest."""
        # The second look at the terminal one: the job may be settled between the first two.
        return self.read_terminal(job_id) or self.read_pending(job_id) or self.read_terminal(job_id)

    def read_terminal(self, job_id: str) -> Manifest | None:
        return read_file(self._folder.terminal_path(job_id))

    def read_pending(self, job_id: str) -> Manifest | None:
        return read_file(self._folder.pending_path(job_id)) or self._batches.find(job_id)

    def is_pending(self, job_id: str) -> bool:
        return (
            self._folder.pending_path(job_id).exists() or self._batches.find(job_id) is not None
        ) and not self._folder.terminal_path(job_id).exists()

    def is_ended(self, job_id: str) -> bool:
        """Whether a job has a terminal manifest."""
        return self._folder.terminal_path(job_id).exists()

    def ended_among(self, job_ids: Iterable[str]) -> list[str]:
        """Those jobs that have a terminal manifest. Lists each day's folder once: thousands of
        looks for single files would keep a restart waiting."""
        by_day: dict[Path, list[str]] = {}
        for job_id in job_ids:
            by_day.setdefault(self._folder.day(job_id), []).append(job_id)
        return [
            job_id
            for day, ids in by_day.items()
            for job_id in sorted(set(_ids_in(day)).intersection(ids))
        ]

    def pending_ids(self, besides: Container[str] = ()) -> list[str]:
        """Ids of all jobs with a pending manifest, oldest first, but for some that are known."""
        own = _ids_in(self._folder.pending)
        # The lines of jobs that have ended stay where they are.
        batched = (i for i in self._batches.all_ids() if i not in besides and not self.is_ended(i))
        return sorted({job_id for job_id in own if job_id not in besides}.union(batched))

    def days(self) -> list[Path]:
        """The folders of terminal manifests, oldest day first."""
        return sorted(self._folder.jobs.glob("[0-9]*-[0-9]*-[0-9]*"))

    def terminal_paths(self, last_day: str | None = None) -> Iterator[Path]:
        """The files of all terminal manifests, or of those up to a day; oldest day first."""
        for day in self.days():
            if last_day is None or day.name <= last_day:
                yield from (day / f"{job_id}.json" for job_id in _ids_in(day))


def _ids_in(folder: Path) -> list[str]:
    """Ids of the manifests in a folder, oldest first; none where it is missing. From the names
    alone: a folder may hold a million, and a Path for each would cost a gigabyte."""
    try:
        with os.scandir(folder) as files:
            names = fnmatch.filter((file.name for file in files), _OWN)
    except FileNotFoundError:
        return []
    return sorted(name.removesuffix(".json") for name in names)
