"""The data folder: whether it can be used, what lies in it, and who works on it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil

from gristmill.cli.diagnosis.verdicts import Look, Verdict, well
from gristmill.cli.terminal.phrases import number_of, size
from gristmill.pool.client import PoolClient
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.problems.errors import GristmillError, SupervisorAway
from gristmill.storage.damage import noted_damage
from gristmill.storage.disk.locks import try_lock
from gristmill.storage.layout import DataFolder
from gristmill.storage.opening import library_identity
from gristmill.storage.stores import Stores
from gristmill.storage.written_by import noted_version

_ELSEWHERE = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "glusterfs"}
)
"""File systems on which the locks and the shared memory of SQLite cannot be relied upon."""
_MIB = 1024 * 1024


def look_at_data_folder(settings: Settings) -> Iterator[Look]:
    """Rights, file system, space, library, service. Makes nothing."""
    folder = DataFolder.at(settings.data)
    there = folder.root.is_dir()
    yield _rights(folder.root)
    nearest = next((each for each in (folder.root, *folder.root.parents) if each.is_dir()), None)
    if nearest is not None:
        yield _file_system(nearest)
        yield _space(nearest, settings)
    if there and os.access(folder.root, os.R_OK | os.X_OK):
        yield _library(folder)
        yield _service(folder)


def _rights(root: Path) -> Look:
    if os.path.lexists(root) and not root.is_dir():
        return Look(
            "data folder", Verdict.WRONG, f"{root} is no folder", "name another with --data"
        )
    if not root.exists():
        return Look(
            "data folder",
            Verdict.MISSING,
            f"{root} is not there",
            "`gristmill ingest` or `gristmill serve` makes it",
        )
    if not os.access(root, os.R_OK | os.W_OK | os.X_OK):
        advice = "mend its permissions, or choose another with --data"
        return Look("data folder", Verdict.WRONG, f"{root} may not be written", advice)
    written = noted_version(DataFolder.at(root))
    return well("data folder", f"{root}" + (f", of version {written}" if written else ""))


def _file_system(path: Path) -> Look:
    real = os.path.realpath(path)
    mounts = [
        each
        for each in psutil.disk_partitions(all=True)
        if os.path.commonpath([each.mountpoint, real]) == each.mountpoint
    ]
    kind = max(mounts, key=lambda each: len(each.mountpoint)).fstype if mounts else "unknown"
    if kind in _ELSEWHERE:
        advice = "put the data folder on a local disk: SQLite needs its locks"
        return Look("file system", Verdict.WRONG, kind, advice)
    if kind in ("tmpfs", "ramfs"):
        return Look(
            "file system", Verdict.WARNING, kind, "memory: a restart of the machine ends it"
        )
    return well("file system", kind)


def _space(path: Path, settings: Settings) -> Look:
    disk = shutil.disk_usage(path)
    found = f"{size(disk.free)} free of {size(disk.total)}"
    if disk.free < settings.min_free_disk_mb * _MIB:
        advice = f"free some: below min_free_disk_mb ({settings.min_free_disk_mb}) nothing is taken"
        return Look("disk", Verdict.WRONG, found, advice)
    return well("disk", found)


def _library(folder: DataFolder) -> Look:
    if (damage := noted_damage(folder.library)) is not None:
        return Look("library", Verdict.WRONG, f"damaged: {damage}", "gristmill check --repair")
    if library_identity(folder) is None:
        return Look("library", Verdict.MISSING, "there is none yet", "it comes with the first job")
    try:
        with Stores(folder).library(readonly=True) as library:
            stats = library.stats()
    except GristmillError as error:
        return Look("library", Verdict.WRONG, error.message, "gristmill check")
    except OSError as error:
        return Look("library", Verdict.WRONG, str(error), "mend its permissions")
    documents, chunks = int(stats["documents"]), int(stats["chunks"])
    return well("library", f"{number_of(documents, 'document')}, {number_of(chunks, 'chunk')}")


def _service(folder: DataFolder) -> Look:
    client = PoolClient(Stores(folder))
    info = client.info()
    try:
        stats = client.stats()
    except SupervisorAway:
        return _nobody(folder)
    pid = f"pid {info.pid}, version {info.version}; " if info else ""
    return well("service", f"running ({pid}{stats.waiting:,} waiting, {stats.running:,} running)")


def _nobody(folder: DataFolder) -> Look:
    if not folder.supervisor_lock.exists():
        return Look("service", Verdict.MISSING, "none runs", "gristmill serve")
    try:
        lock = try_lock(folder.supervisor_lock)
    except OSError as error:
        return Look("service", Verdict.WARNING, f"cannot tell: {error.strerror}", None)
    if lock is None:
        advice = "it starts or ends; if this stays, end the process that holds the lock"
        return Look("service", Verdict.WARNING, "the folder is locked, but nobody answers", advice)
    lock.release()
    return Look("service", Verdict.MISSING, "none runs", "gristmill serve")
