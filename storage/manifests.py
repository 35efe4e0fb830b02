"""Manifests on disk: one file a job, pending until the job ends, then under its day."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from gristmill.schemas.errors import DataFolderUnusable, GristmillError
from gristmill.schemas.manifest import FORMAT, Manifest
from gristmill.storage import faults
from gristmill.storage.durable import make_folder, replace_unsynced, sync_folder, write_atomic
from gristmill.storage.group_commit import remove_all
from gristmill.storage.layout import DataFolder

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Manifest).decode


class BrokenManifest(GristmillError):
    """A manifest file cannot be read as one; `gristmill check` says more."""

    code = "broken_manifest"


class _Stamp(msgspec.Struct):
    """What every format has."""

    format: int = 0


class Manifests:
    """The manifests of one data folder. Safe from any thread and process.

    Where a job has both a pending and a terminal manifest, the terminal one is the truth.
    """

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder

    def create(self, manifest: Manifest) -> None:
        """Store a new pending manifest durably. Raises OSError."""
        write_atomic(self._folder.pending_path(manifest.job_id), _encode(manifest))

    def write_unsynced(self, manifest: Manifest) -> None:
        """Store a new pending manifest that a batch file keeps durable. Raises OSError."""
        replace_unsynced(self._folder.pending_path(manifest.job_id), _encode(manifest))

    def write_running(self, manifest: Manifest) -> None:
        """Replace a pending manifest. Its name is not fsynced: a power cut may take the state
        back to queued, which recovery treats the same."""
        write_atomic(self._folder.pending_path(manifest.job_id), _encode(manifest), durable=False)

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
        write_atomic(path, _encode(manifest))
        faults.hit("settle.before_unlink")

    def drop_pending(self, job_id: str) -> None:
        """Remove a pending manifest, if there is one. Not fsynced: while the terminal one
        exists, a pending one that comes back means nothing."""
        faults.disk("manifest.unlink")
        self._folder.pending_path(job_id).unlink(missing_ok=True)

    def withdraw(self, *job_ids: str) -> None:
        """Durably remove pending manifests whose submissions were never accepted."""
        remove_all([self._folder.pending_path(job_id) for job_id in job_ids])

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
        return read_file(self._folder.pending_path(job_id))

    def is_pending(self, job_id: str) -> bool:
        return (
            self._folder.pending_path(job_id).exists()
            and not self._folder.terminal_path(job_id).exists()
        )

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
            for job_id in sorted(_names(day).intersection(ids))
        ]

    def pending_ids(self) -> list[str]:
        """Ids of all pending manifests, oldest first."""
        names = (path.name for path in self._folder.pending.glob("[0-9a-f]*.json"))
        return sorted(name.removesuffix(".json") for name in names)

    def days(self) -> list[Path]:
        """The folders of terminal manifests, oldest day first."""
        return sorted(self._folder.jobs.glob("[0-9]*-[0-9]*-[0-9]*"))

    def terminal_paths(self) -> Iterator[Path]:
        """The files of all terminal manifests, oldest day first."""
        for day in self.days():
            yield from sorted(day.glob("[0-9a-f]*.json"))


def _names(day: Path) -> set[str]:
    try:
        with os.scandir(day) as files:
            return {file.name.removesuffix(".json") for file in files}
    except FileNotFoundError:
        return set()


def read_file(path: Path) -> Manifest | None:
    """The manifest at `path`, None where there is none.

    Raises BrokenManifest where the file is none, DataFolderUnusable where a newer version of
    Gristmill wrote it.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        manifest = _decode(data)
    except msgspec.MsgspecError as error:
        # First of all its format: a newer manifest must never be taken for a broken one.
        _refuse_newer(path, _format_of(data))
        raise BrokenManifest(
            f"{path.name} is no manifest ({error}); run `gristmill check`"
        ) from None
    _refuse_newer(path, manifest.format)
    return manifest


def _format_of(data: bytes) -> int:
    try:
        return msgspec.json.decode(data, type=_Stamp).format
    except msgspec.MsgspecError:
        return 0


def _refuse_newer(path: Path, number: int) -> None:
    if number > FORMAT:
        raise DataFolderUnusable(
            f"{path.name} has format {number}, this version reads up to {FORMAT}; "
            "use the version of Gristmill that wrote this data folder"
        )
