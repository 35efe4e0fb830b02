"""Checks that each line of a batch file can be read."""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.problems.errors import BrokenManifest, DataFolderUnusable
from gristmill.storage.check.findings import Checkup
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests
from gristmill.storage.manifests.batches import Batches
from gristmill.storage.manifests.manifest_format import decode
from gristmill.storage.manifests.packs import Packs

_packs = Packs(seals=False)


def check_batches(checkup: Checkup) -> None:
    """Look at every line of every batch file."""
    for path in Batches(checkup.folder).paths():
        if not checkup.in_motion(path):
            for torn in _packs.torn(path):
                _report_torn(checkup, path, torn)
            for job_id, line in _packs.lines(path):
                _check_line(checkup, path, job_id, line)


def batched_jobs(folder: DataFolder) -> Iterator[Manifest]:
    """The manifests of pending jobs that have no file of their own."""
    manifests = Manifests(folder)
    for path in Batches(folder).paths():
        for job_id, line in _packs.lines(path):
            if not folder.pending_path(job_id).exists() and manifests.is_pending(job_id):
                with suppress(BrokenManifest, DataFolderUnusable):
                    yield decode(line, path)


def _report_torn(checkup: Checkup, path: Path, line: bytes) -> None:
    mend = partial(_set_aside, checkup, path, line)
    if line.endswith(b"}"):
        checkup.fail("broken_line", path, "a line is damaged: its job may be lost", mend)
    else:
        message = "a line was cut off by a full disk or a power cut: its job was never accepted"
        checkup.warn("torn_line", path, message, mend)


def _check_line(checkup: Checkup, path: Path, job_id: str, line: bytes) -> None:
    try:
        decode(line, path)
    except BrokenManifest as error:
        mend = partial(_set_aside, checkup, path, line, job_id)
        checkup.fail("broken_manifest", path, f"job {job_id}: {error.message}", mend)
    except DataFolderUnusable as error:
        checkup.fail("newer_manifest", path, error.message)


def _set_aside(checkup: Checkup, path: Path, line: bytes, *job_ids: str) -> None:
    checkup.set_aside(path, line + b"\n")
    _packs.rewrite(path, besides=job_ids)
