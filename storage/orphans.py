"""Uploads whose submission broke off: bytes in the spool that no job will ever ask for."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from gristmill.schemas.ids import job_of_claim
from gristmill.schemas.problems.errors import BrokenManifest, DataFolderUnusable
from gristmill.storage import faults
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests


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
    except (BrokenManifest, DataFolderUnusable):
        return True


def drop_orphans(folder: DataFolder, before_s: float) -> int:
    """Remove them; returns their number. Safe beside a running service. Raises OSError."""
    dropped = 0
    for path in orphans(folder, before_s):
        with suppress(FileNotFoundError):
            faults.disk("spool.unlink")
            path.unlink()
            dropped += 1
    return dropped
