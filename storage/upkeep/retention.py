"""Dropping what ended long ago. Nothing pending is ever touched, nor any document."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.sources import Spooled
from gristmill.storage.damage import refuse_damaged
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import JobWords, remove_job_words
from gristmill.storage.manifests import LEFT_OUT, Manifests
from gristmill.storage.opening import open_library
from gristmill.storage.records.keys import Keys
from gristmill.storage.records.webhooks import Deliveries
from gristmill.storage.spool import Spool

_BATCH = 200


class Purged(NamedTuple):
    """How many jobs were dropped, and how many uploads that they had kept for a retry."""

    jobs: int
    uploads: int


def purge(folder: DataFolder, before: datetime) -> Purged:
    """Drop every job that ended before `before`: manifest, key, uploads, ledger, index row.

    A manifest that cannot be read, or that a newer version wrote, is left to `gristmill check`.
    Safe beside a running service: a job is dropped under its key's lock, and only if it is still
    ended then.
    """
    # Before anything is dropped: a ledger would stay behind without its job.
    refuse_damaged(folder.library)
    manifests, dropped, uploads = Manifests(folder), 0, 0
    # A line of a batch file would make a job pending again that ended and has no manifest left.
    manifests.take_out_of_batches()
    # An id's day is that of its submission, so nothing under a later day can have ended earlier.
    last_day = (before + timedelta(days=1)).date().isoformat()
    with open_library(folder) as library:
        batch: list[str] = []
        for job_id in manifests.ended_ids(last_day):
            manifest = _ended_before(manifests, job_id, before)
            if manifest is not None:
                uploads += _drop(folder, manifests, manifest)
                dropped += 1
                batch.append(manifest.job_id)
                if len(batch) == _BATCH:
                    library.drop_jobs(batch)
                    _forget_words(folder, batch)
                    manifests.remove_empty(batch)
                    batch.clear()
        library.drop_jobs(batch)
        _forget_words(folder, batch)
        manifests.remove_empty(batch)
    return Purged(dropped, uploads)


def drop_ended(folder: DataFolder, ended: Sequence[Manifest]) -> list[str]:
    """Drop these jobs, as a purge would; returns the ids of those that were as they are given here
    (a retry may have come in between). Raises LibraryTrouble, OSError, StorageFailed: what is
    dropped by then stays so, and may be asked for again."""
    if not ended:
        return []
    refuse_damaged(folder.library)
    manifests = Manifests(folder)
    with open_library(folder) as library:
        dropped = list[str]()
        try:
            dropped.extend(each.job_id for each in ended if _drop_for_good(folder, manifests, each))
        finally:
            library.drop_jobs(dropped)
            _forget_words(folder, dropped)
            manifests.remove_empty(dropped)
    return dropped


def _drop_for_good(folder: DataFolder, manifests: Manifests, manifest: Manifest) -> bool:
    with Keys(folder).hold([manifest.key]):
        if manifests.read_terminal(manifest.job_id) != manifest:
            return False
        # Its line of a batch file would make it pending again.
        manifests.withdraw(manifest.job_id)
        _drop_held(folder, manifests, manifest)
    return True


def _forget_words(folder: DataFolder, job_ids: list[str]) -> None:
    """A purge makes room: where there is none to forget some, all go, and are told again."""
    if not folder.job_words.exists():
        return
    try:
        with JobWords(folder.job_words) as words:
            words.drop(job_ids)
    except OSError:
        remove_job_words(folder.job_words)


def _ended_before(manifests: Manifests, job_id: str, before: datetime) -> Manifest | None:
    try:
        manifest = manifests.read_terminal(job_id)
    except LEFT_OUT:
        return None
    if manifest is None or manifest.finished_at is None or manifest.finished_at >= before:
        return None
    return manifest


def _drop(folder: DataFolder, manifests: Manifests, manifest: Manifest) -> int:
    """Drop one job; returns the number of its uploads."""
    with Keys(folder).hold([manifest.key]):
        if manifests.read_terminal(manifest.job_id) != manifest:
            return 0  # a retry made it pending in the meantime
        _drop_held(folder, manifests, manifest)
    return sum(isinstance(source, Spooled) for source in manifest.sources)


def _drop_held(folder: DataFolder, manifests: Manifests, manifest: Manifest) -> None:
    """While its key is held."""
    keys = Keys(folder)
    record = keys.read(manifest.key)
    if record is not None and record.job_id == manifest.job_id:
        keys.remove(manifest.key)
    manifests.drop_terminal(manifest.job_id)
    Deliveries(folder).forget(manifest.job_id, manifest.run)
    Spool(folder).discard(manifest.sources)
