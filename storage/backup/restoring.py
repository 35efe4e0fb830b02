"""Makes a data folder of a backup."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DataFolderUnusable, InvalidRequest
from gristmill.storage.backup.backing_up import NOTE, Backup
from gristmill.storage.backup.copying import Copier, files_below
from gristmill.storage.check.check import Finding, check
from gristmill.storage.check.manifests import jobs
from gristmill.storage.disk.durable import sync_folder
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library
from gristmill.storage.manifests import Manifests

_RETRIED = "it failed, and its retry came after the backup was begun; retry the job again"


class Restored(NamedTuple):
    """The backup that was restored, and what a check has found and mended in it."""

    backup: Backup
    findings: Sequence[Finding]


def restore(source: Path, folder: DataFolder) -> Restored:
    """Copy a backup to a data folder that is not there yet, or empty, and check it.

    It gets its name when it is whole. Raises InvalidRequest where `source` is no whole backup,
    DataFolderUnusable where there is something in the folder already, and OSError.
    """
    backup = _backup(source)
    root = folder.root
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise DataFolderUnusable(
            f"{root} is not empty; restore into a folder that is not there yet, with --data"
        )
    root.parent.mkdir(parents=True, exist_ok=True)
    temp = root.with_name(f".{root.name}.restoring-{os.getpid()}")
    try:
        copier = Copier(source, temp)
        copier.copy(path for path in files_below(source) if path != source / NOTE)
        copier.sync()
        copied = DataFolder.open(temp, objects=folder.objects)
        _forget_what_came_after(copied)
        findings = check(copied, repair=True)
        if root.exists():
            root.rmdir()
        temp.rename(root)
        sync_folder(root.parent)
    except BaseException:
        shutil.rmtree(temp, ignore_errors=True)
        raise
    return Restored(backup, findings)


def _forget_what_came_after(folder: DataFolder) -> None:
    """The library was copied last, so it may know of jobs, and of retries of ended ones, that came
    after the backup had begun. The documents stay; to submit or to retry again does no harm."""
    if not folder.library.exists():
        return
    manifests = Manifests(folder)
    with Library.open(folder.library) as library:
        ledgers = [*library.soundness.ledger_jobs()]
        library.drop_jobs(
            job_id
            for job_id in ledgers
            if not (manifests.is_ended(job_id) or manifests.is_pending(job_id))
        )
        for manifest in jobs(folder):
            if manifest.state.terminal and library.pending_sizes(manifest.job_id):
                _end_again(library, manifest)


def _end_again(library: Library, ended: Manifest) -> None:
    if ended.counts.cancelled:
        library.cancel_pending(ended.job_id)
        return
    for each in library.pending(ended.job_id):
        code, attempts = DocumentCode.FETCH_ERROR, each.attempts
        library.fail(ended.job_id, each.ordinal, each.uri, code, _RETRIED, attempts)


def _backup(source: Path) -> Backup:
    try:
        return msgspec.json.decode((source / NOTE).read_bytes(), type=Backup)
    except (FileNotFoundError, NotADirectoryError):
        raise InvalidRequest(
            f"{source} is no whole backup: it has no {NOTE}, which `gristmill backup` writes last"
        ) from None
    except msgspec.MsgspecError as error:
        raise InvalidRequest(f"{source / NOTE} cannot be read: {error}") from None
