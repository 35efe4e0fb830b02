"""Terminal manifests, under the day of their job's id.

They are lines of packs (`storage.manifests.packs`), many of which cost one write:

    jobs/DAY/MOMENT.ndjson

A moment are the first digits of a job's id, 256 ms of its time (`schemas.ids.pack_of`): jobs that
are accepted one after the other, which end so, too, share a pack. A large one is a file of its own,
as all were in older versions; readers look at both.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path

from gristmill.schemas.ids import day_of, is_job_id, pack_of
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.storage import faults
from gristmill.storage.disk.durable import make_folder, sync_folder
from gristmill.storage.disk.group_commit import write_all
from gristmill.storage.disk.overlapped import overlapped
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests.listing import job_ids_in, moments_in
from gristmill.storage.manifests.manifest_format import encode, read_file
from gristmill.storage.manifests.packs import Packs, packs_in

LARGE = 64 * 1024
"""Bytes of a manifest that would be in the way of its neighbours in a pack."""


class Ends:
    """The terminal manifests of one data folder. Safe from any thread and process."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder, self._packs = folder, Packs(seals=True)

    # -- writing ------------------------------------------------------------------------------

    def write(self, manifests: Sequence[Manifest]) -> list[OSError | None]:
        """Make terminal manifests durable. Returns what went wrong with each; one that could not
        be written may count all the same, and a second try does no harm."""
        lines = [encode(manifest) for manifest in manifests]
        outcomes: list[OSError | None] = [None] * len(manifests)
        packs: dict[str, list[int]] = {}
        large: list[int] = []
        for number, manifest in enumerate(manifests):
            if len(lines[number]) < LARGE:
                packs.setdefault(pack_of(manifest.job_id), []).append(number)
            else:
                large.append(number)

        def append(numbers: list[int]) -> None:
            path = self._folder.pack_path(manifests[numbers[0]].job_id)
            error = self._append(path, [lines[number] for number in numbers])
            for number in numbers:
                outcomes[number] = error

        overlapped(append, list(packs.values()))
        paths = [self._folder.terminal_path(manifests[number].job_id) for number in large]
        files = [(path, lines[number]) for path, number in zip(paths, large, strict=True)]
        for number, error in zip(large, self._write_files(files), strict=True):
            outcomes[number] = error
        return outcomes

    def _append(self, path: Path, lines: Sequence[bytes]) -> OSError | None:
        try:
            make_folder(path.parent)
            self._packs.append(path, lines)
        except OSError as error:
            with suppress(OSError):
                self._packs.remove_if_empty(path)
            return error
        return None

    def _write_files(self, files: Sequence[tuple[Path, bytes]]) -> list[OSError | None]:
        try:
            for path, _ in files:
                make_folder(path.parent)
        except OSError as error:
            return [error] * len(files)
        return write_all(files)

    def drop(self, job_id: str, *, durable: bool) -> None:
        """Remove a job's terminal manifest. Raises OSError."""
        self._packs.drop(self._folder.pack_path(job_id), [job_id], durable=durable)
        own = self._folder.terminal_path(job_id)
        if own.exists():
            faults.disk("manifest.unlink")
            own.unlink(missing_ok=True)
            if durable:
                sync_folder(own.parent)

    def remove_empty(self, job_ids: Iterable[str]) -> None:
        """Remove the packs of jobs in which nothing is left, and the days of which nothing is.
        Raises OSError."""
        for pack in set(map(self._folder.pack_path, job_ids)):
            self._packs.remove_if_empty(pack)
        for day in self.days():
            _remove_if_empty(day)

    # -- reading ------------------------------------------------------------------------------

    def find(self, job_id: str) -> Manifest | None:
        """A job's terminal manifest. Raises BrokenManifest, DataFolderUnusable, OSError."""
        path = self._folder.pack_path(job_id)
        return self._packs.find(path, job_id) or read_file(self._folder.terminal_path(job_id))

    def has(self, job_id: str) -> bool:
        """Whether a job has a terminal manifest. Raises OSError."""
        pack, own = self._folder.pack_path(job_id), self._folder.terminal_path(job_id)
        return self._packs.has(pack, job_id) or own.exists()

    def place(self, job_id: str) -> Path:
        """The file that holds a job's terminal manifest, or would."""
        pack = self._folder.pack_path(job_id)
        own = self._folder.terminal_path(job_id)
        return own if own.exists() and not self._packs.has(pack, job_id) else pack

    def among(self, job_ids: Iterable[str]) -> list[str]:
        """Those jobs that have a terminal manifest, each day's in order. Lists each folder once:
        thousands of looks for single files would keep a restart waiting."""
        by_day: dict[str, list[str]] = {}
        for job_id in job_ids:
            by_day.setdefault(day_of(job_id), []).append(job_id)
        return [job_id for day, ids in by_day.items() for job_id in self._of_day(day, ids)]

    def _of_day(self, day: str, job_ids: list[str]) -> list[str]:
        folder = self._folder.jobs / day
        own, moments = set(job_ids_in(folder)), moments_in(folder)
        packed = self._packed(job_id for job_id in job_ids if pack_of(job_id) in moments)
        return sorted(own.intersection(job_ids).union(packed))

    def missing_among(self, job_ids: Iterable[str]) -> list[str]:
        """Those jobs that have no terminal manifest. Lists no folder: for a few of many jobs."""
        ids = list(job_ids)
        packed = set(self._packed(ids))
        terminal = self._folder.terminal_path
        return [job_id for job_id in ids if job_id not in packed and not terminal(job_id).exists()]

    def _packed(self, job_ids: Iterable[str]) -> Iterator[str]:
        for _, neighbours in groupby(sorted(job_ids), pack_of):
            ids = list(neighbours)
            packed = set(self._packs.ids(self._folder.pack_path(ids[0])))
            yield from (job_id for job_id in ids if job_id in packed)

    def days(self) -> list[Path]:
        """The folders of terminal manifests, oldest day first."""
        return sorted(self._folder.jobs.glob("[0-9]*-[0-9]*-[0-9]*"))

    def ids(self, last_day: str | None = None) -> Iterator[str]:
        """All jobs with a terminal manifest, or those of up to a day; oldest day first. Raises
        OSError."""
        for day in self.days():
            if last_day is None or day.name <= last_day:
                yield from job_ids_in(day)
                for pack in packs_in(day):
                    yield from self._packs.ids(pack)

    def latest(self, within_s: float) -> Iterator[tuple[Path, bytes]]:
        """The terminal manifests of the jobs that were accepted and ended in the last `within_s`
        seconds before the last of all ends, and some others, as they are in their files. Raises
        OSError."""
        # A pack changes without its folder. But it was made by the first end of the moment in
        # which these jobs were accepted, and that did change the folder.
        days = [(day.stat().st_mtime, day) for day in self.days()]
        since = max((changed for changed, _ in days), default=0.0) - within_s
        for changed, day in days:
            for file in os.scandir(day) if changed >= since else ():
                if file.stat().st_mtime >= since:
                    yield from self._contents(Path(file.path))

    def _contents(self, path: Path) -> Iterator[tuple[Path, bytes]]:
        if path.suffix == ".ndjson" and path.name[0] != ".":
            yield from ((path, line) for _, line in self._packs.lines(path))
        elif is_job_id(path.name.removesuffix(".json")):
            yield path, path.read_bytes()


def _remove_if_empty(day: Path) -> None:
    with suppress(OSError):
        day.rmdir()
        sync_folder(day.parent)
