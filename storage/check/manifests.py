"""Checks that each manifest can be read and lies where it belongs."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from gristmill.schemas.ids import day_of, is_job_id
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.problems.errors import BrokenManifest, DataFolderUnusable
from gristmill.storage.check.batches import batched_jobs, check_batches
from gristmill.storage.check.findings import Checkup
from gristmill.storage.check.packs import check_packs, packed_jobs
from gristmill.storage.disk.durable import make_folder, sync_folder
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests
from gristmill.storage.manifests.ends import Ends
from gristmill.storage.manifests.manifest_format import read_file


def check_manifests(checkup: Checkup) -> None:
    """Look at every file that should be a manifest."""
    for path in list(_files(checkup.folder)):
        if not checkup.in_motion(path):
            _check_file(checkup, path)
    check_batches(checkup)
    check_packs(checkup)


def jobs(folder: DataFolder) -> Iterator[Manifest]:
    """The manifest of every job that has a readable one in its place: the true one of two."""
    manifests = Manifests(folder)
    for path in list(_files(folder)):
        try:
            manifest = read_file(path)
        except (BrokenManifest, DataFolderUnusable):
            continue
        if manifest is None or not is_job_id(manifest.job_id):
            continue
        if path == folder.pending_path(manifest.job_id):
            is_true = manifests.is_pending(manifest.job_id)
        else:
            # It may be in a pack, too (`storage.manifests.ends`).
            own = path == folder.terminal_path(manifest.job_id)
            is_true = own and Ends(folder).place(manifest.job_id) == path
        if is_true:
            yield manifest
    yield from packed_jobs(folder)
    yield from batched_jobs(folder)


def _files(folder: DataFolder) -> Iterator[Path]:
    for place in sorted(folder.jobs.glob("*")):
        if place.is_dir():
            yield from sorted(path for path in place.glob("*.json") if path.name[0] != ".")


def _check_file(checkup: Checkup, path: Path) -> None:
    try:
        manifest = read_file(path)
    except BrokenManifest as error:
        move = partial(checkup.quarantine, path)
        checkup.fail("broken_manifest", path, error.message, move)
        return
    except DataFolderUnusable as error:
        checkup.fail("newer_manifest", path, error.message)
        return
    if manifest is not None:
        _check_place(checkup, path, manifest)


def _check_place(checkup: Checkup, path: Path, manifest: Manifest) -> None:
    folder, job_id = checkup.folder, manifest.job_id
    if not is_job_id(job_id):
        move = partial(checkup.quarantine, path)
        checkup.fail("broken_manifest", path, f"{job_id!r} is no job id", move)
        return
    ended = manifest.state.terminal
    place = folder.terminal_path(job_id) if ended else folder.pending_path(job_id)
    ends = Ends(folder)
    if path == folder.pending_path(job_id) and ends.has(job_id):
        if not checkup.in_motion(ends.place(job_id)):
            message = "the job has a terminal manifest too, which is the truth"
            checkup.warn("both_manifests", path, message, path.unlink)
    elif path != place:
        message = f"it belongs at {place.relative_to(folder.root)}: {_reason(path, manifest)}"
        checkup.fail("misplaced_manifest", path, message, partial(_put, checkup, path, place))


def _reason(path: Path, manifest: Manifest) -> str:
    if path.stem != manifest.job_id:
        return f"it is the manifest of job {manifest.job_id}"
    if manifest.state.terminal:
        return f"the job is {manifest.state} and was submitted on {day_of(manifest.job_id)}"
    return f"the job is {manifest.state}"


def _put(checkup: Checkup, path: Path, place: Path) -> None:
    """Move a manifest to its place; where another has it, that one stays."""
    if place.exists():
        checkup.quarantine(path)
        return
    make_folder(place.parent)
    path.replace(place)
    sync_folder(place.parent)
    sync_folder(path.parent)
