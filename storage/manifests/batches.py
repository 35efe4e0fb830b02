"""Batch files: the pending manifests of jobs that are accepted one after the other.

    jobs/batches/TAG.ndjson

They are packs (`storage.manifests.packs`). The last twelve digits of a job's id, its tag, name the
file. Each process that accepts jobs has a tag of its own, and another one after every few hundred
jobs: so jobs that are accepted together share one write, and making files is rare. A line counts
while its job has not ended, so nothing has to be taken out when one does; only what is withdrawn
is.
"""

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from gristmill.schemas.ids import batch_of
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.storage.disk.durable import make_folder, sync_folder
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests.manifest_format import decode
from gristmill.storage.manifests.packs import Packs, packs_in

_OPEN = 8
"""As many files as processes may accept jobs at the same time."""
_Stamp = tuple[int, int, int]


class Batches:
    """The batch files of one data folder. Safe from any thread and process."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._packs = Packs(seals=False)
        self._read: dict[Path, _Stamp] = {}
        self._seen: dict[Path, _Stamp] = {}
        """Files in which there was no stray; while a file is the same, there will be none."""

    def add(self, batch: tuple[str, Sequence[bytes]]) -> None:
        """Store encoded manifests in the batch file of their tag, durably. Raises OSError; some of
        them may be there then, and have to be dropped."""
        tag, lines = batch
        path = self._folder.batch_file(tag)
        make_folder(path.parent)
        try:
            self._packs.append(path, lines)
        except OSError:
            with suppress(OSError):
                self._packs.remove_if_empty(path)
            raise

    def drop(self, job_ids: Iterable[str]) -> None:
        """Take lines out, durably. What is not there is no error. Raises OSError."""
        by_path: dict[Path, list[str]] = {}
        for job_id in job_ids:
            by_path.setdefault(self._folder.batch_path(job_id), []).append(job_id)
        for path, ids in by_path.items():
            try:
                self._packs.drop(path, ids, durable=True)
            except OSError:
                # What a full disk refuses mostly follows from what it refused a moment ago.
                if not self._packs.cut_off(path, ids):
                    raise

    def remove_ended(self, path: Path, ended: Collection[str]) -> bool:
        """Remove a file in which there is no line but those of some ended jobs, durably: one that
        came back after its jobs have been purged would run them again. Returns whether it did."""
        removed = self._packs.remove_if_empty(path, besides=ended)
        if removed:
            sync_folder(path.parent)
        return removed

    def has(self, job_id: str) -> bool:
        """Whether a job has a line."""
        return self._packs.has(self._folder.batch_path(job_id), job_id)

    def find(self, job_id: str) -> Manifest | None:
        """The manifest in a job's line. Raises BrokenManifest, DataFolderUnusable."""
        return self._packs.find(self._folder.batch_path(job_id), job_id)

    def reader(self) -> Callable[[str], Manifest | None]:
        """`find` for many jobs in the order of their ids: reads a file once, not once a job."""

        @lru_cache(maxsize=_OPEN)
        def lines(tag: str) -> dict[str, bytes]:
            return dict(self._packs.lines(self._folder.batch_file(tag)))

        def find(job_id: str) -> Manifest | None:
            tag = batch_of(job_id)
            line = lines(tag).get(job_id)
            return None if line is None else decode(line, tag)

        return find

    def paths(self) -> list[Path]:
        """All batch files."""
        return packs_in(self._folder.batches)

    def ids(self, path: Path) -> list[str]:
        """The jobs in a batch file, in the order in which they were accepted."""
        return self._packs.ids(path)

    def first_id(self, path: Path) -> str | None:
        """The job of a batch file's first line, of which no more is read; None where that says
        none."""
        return self._packs.first_id(path)

    def all_ids(self) -> Iterator[str]:
        """The jobs in all batch files."""
        self._read = {}
        for path in self.paths():
            if (stamp := _stamp(path)) is not None:
                self._read[path] = stamp
                yield from self.ids(path)

    def know_all(self) -> None:
        """A queue knows all jobs that `all_ids` said last: `strays` need not read their files."""
        self._seen = self._read

    def strays(self, known: Container[str]) -> Iterator[str]:
        """The jobs in all batch files besides those that are `known`: to a queue, which a job only
        leaves when it has ended. So a file whose jobs were all known once is not read again."""
        seen: dict[Path, _Stamp] = {}
        for path in self.paths():
            stamp = _stamp(path)
            strays: list[str] = []
            if self._seen.get(path) != stamp:
                strays = [job_id for job_id in self.ids(path) if job_id not in known]
                yield from strays
            if stamp is not None and not strays:
                seen[path] = stamp
        self._seen = seen


def _stamp(path: Path) -> _Stamp | None:
    """What tells one content of a file from the next."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
