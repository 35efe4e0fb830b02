"""Uploads whose submission broke off: bytes in the spool that no job will ever ask for."""

import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from gristmill.schemas.ids import job_of_claim
from gristmill.schemas.jobs.states import JobState
from gristmill.storage import faults
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import LEFT_OUT, Manifests

_log = logging.getLogger(__name__)


def orphans(folder: DataFolder, before_s: float) -> Iterator[Path]:
    """Uploads last written before `before_s` (seconds since the epoch) whose job does not exist.

    An upload's claim is its job's id, so one look tells. A job comes to be once all of its uploads
    are there: one that arrives over a slow line needs them for as long as its request lasts. Where
    the claim is no job's id, nobody can say; `gristmill check` reads all manifests to find out.
    """
    manifests = Manifests(folder)
    for shelf in folder.spool.glob("??"):
        with os.scandir(shelf) as files:
            for file in files:
                job_id = job_of_claim(file.name.partition(".")[2])
                if job_id is None or file.stat().st_mtime >= before_s:
                    continue
                if not _exists(manifests, job_id):
                    yield Path(file.path)


def _exists(manifests: Manifests, job_id: str) -> bool:
    try:
        return manifests.read(job_id) is not None
    except LEFT_OUT:
        return True


def _may_be_read(manifests: Manifests, job_id: str) -> bool:
    """What a job has left that succeeded, the store was away when it ended."""
    try:
        manifest = manifests.read(job_id)
    except LEFT_OUT:
        return True
    return manifest is not None and manifest.state is not JobState.SUCCEEDED


def drop_orphans(folder: DataFolder, before_s: float) -> int:
    """Remove them, files and objects; returns their number. Safe beside a running service.
    Raises OSError."""
    dropped = _drop_orphaned_objects(folder, before_s) if folder.objects else 0
    for path in orphans(folder, before_s):
        with suppress(FileNotFoundError):
            faults.disk("spool.unlink")
            path.unlink()
            dropped += 1
    return dropped


def _drop_orphaned_objects(folder: DataFolder, before_s: float) -> int:
    from gristmill.storage.objects.uploads import UploadObjects

    objects, manifests, dropped = UploadObjects(folder), Manifests(folder), 0
    if not objects.are_ours():
        _log.error(
            "%s belongs to another data folder: uploads of no job are not dropped there; give each "
            "service a prefix of its own, or delete the object `owner` where the other one is gone",
            folder.objects,
        )
        return 0
    for claim in objects.claims(before_s):
        job_id = job_of_claim(claim)
        if job_id is not None and not _may_be_read(manifests, job_id):
            objects.drop(claim)
            dropped += 1
    return dropped
