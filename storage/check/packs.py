"""Checks that each line of a pack can be read and belongs there."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from gristmill.schemas.ids import is_job_id
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.problems.errors import BrokenManifest, DataFolderUnusable
from gristmill.storage.check.findings import Checkup
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests
from gristmill.storage.manifests.ends import Ends
from gristmill.storage.manifests.manifest_format import decode
from gristmill.storage.manifests.packs import Packs, packs_in

_JOB_ID = re.compile(rb'"job_id":"([^"]+)"')
_packs = Packs(seals=True)


def check_packs(checkup: Checkup) -> None:
    """Look at every line of every pack."""
    for path in list(_paths(checkup.folder)):
        if not checkup.in_motion(path):
            if torn := _packs.torn(path):
                _report_torn(checkup, path, torn)
            for job_id, line in _packs.lines(path):
                _check_line(checkup, path, job_id, line)


def packed_jobs(folder: DataFolder) -> Iterator[Manifest]:
    """The manifest of every job that has a readable one in its pack."""
    for path in _paths(folder):
        for job_id, line in _packs.lines(path):
            with suppress(BrokenManifest, DataFolderUnusable):
                manifest = decode(line, path)
                if _belongs(folder, path, job_id) and manifest.state.terminal:
                    yield manifest


def _paths(folder: DataFolder) -> Iterator[Path]:
    for day in Ends(folder).days():
        yield from packs_in(day)


def _belongs(folder: DataFolder, path: Path, job_id: str) -> bool:
    return folder.pack_path(job_id) == path


def _report_torn(checkup: Checkup, path: Path, torn: Sequence[bytes]) -> None:
    """A line that was cut off was never answered for: its job stayed pending."""
    message = f"{len(torn)} lines are not whole: a full disk or a power cut"
    unknown = [job_id for line in torn for job_id in _ids_in(line) if _lost(checkup, job_id)]
    mend = partial(_set_aside, checkup, path, torn)
    if unknown:
        message = f"{message}; of {', '.join(unknown)} nothing else is known"
        checkup.fail("broken_line", path, message, mend)
    elif any(line.endswith(b"}") for line in torn):
        checkup.fail("broken_line", path, "a line is damaged: an end may be lost", mend)
    else:
        checkup.warn("torn_line", path, message, mend)


def _ids_in(line: bytes) -> list[str]:
    found = _JOB_ID.search(line)
    job_id = found[1].decode(errors="replace") if found else ""
    return [job_id] if is_job_id(job_id) else []


def _lost(checkup: Checkup, job_id: str) -> bool:
    try:
        return Manifests(checkup.folder).read(job_id) is None
    except (BrokenManifest, DataFolderUnusable):
        return False


def _check_line(checkup: Checkup, path: Path, job_id: str, line: bytes) -> None:
    mend = partial(_set_aside, checkup, path, [line], job_id)
    try:
        manifest = decode(line, path)
    except BrokenManifest as error:
        checkup.fail("broken_manifest", path, f"job {job_id}: {error.message}", mend)
        return
    except DataFolderUnusable as error:
        checkup.fail("newer_manifest", path, error.message)
        return
    if not manifest.state.terminal:
        message = f"job {job_id} is {manifest.state} here, and packs are for jobs that have ended"
        checkup.fail("misplaced_manifest", path, message, mend)
    elif not _belongs(checkup.folder, path, job_id):
        place = checkup.folder.pack_path(job_id).relative_to(checkup.folder.root)
        message = f"the end of job {job_id} belongs in {place}"
        checkup.fail("misplaced_manifest", path, message, partial(_put, checkup, path, manifest))


def _set_aside(
    checkup: Checkup, path: Path, lines: Sequence[bytes], job_id: str | None = None
) -> None:
    checkup.set_aside(path, b"".join(line + b"\n" for line in lines))
    _packs.rewrite(path, besides=() if job_id is None else (job_id,))


def _put(checkup: Checkup, path: Path, manifest: Manifest) -> None:
    """Move an end to its pack; where the job has another, that one stays."""
    ends = Ends(checkup.folder)
    if not ends.has(manifest.job_id):
        (error,) = ends.write([manifest])
        if error is not None:
            raise error
    _packs.rewrite(path, besides=(manifest.job_id,))
