"""Copies a data folder while a service works on it, so that nothing accepted before is missing.

The order does it. A job is a pending manifest, then effects in the library, then a terminal
manifest; only after that its uploads go. So:

    pending manifests   a job that was pending when we began is in the copy
    uploads             those of a job that are gone by now belong to one that has ended
    terminal manifests  so its end is in the copy, too, and is the truth
    both once more      what was reopened, or has ended, between two looks
    and once more       while nothing is reopened: so none is missed that goes to and fro
    webhooks, keys, ended bulk actions, mirrors, other files
    library             the effects of every end that was copied are in it
    originals           of the documents that are in the copied library

What comes of more is harmless: a pending job whose effects are in the library ends without doing
anything, as after a crash.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gristmill.schemas.ids import uuid7
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.sources import Spooled
from gristmill.schemas.problems.errors import InvalidRequest
from gristmill.schemas.version import VERSION
from gristmill.storage import faults
from gristmill.storage.backup.copying import Copier, files_below
from gristmill.storage.damage import refuse_damaged
from gristmill.storage.disk.durable import make_folder, write_atomic
from gristmill.storage.disk.locks import hold
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import copy_library
from gristmill.storage.manifests import Manifests
from gristmill.storage.manifests.batches import Batches
from gristmill.storage.opening import refuse_elsewhere

NOTE = "gristmill-backup.json"


class Backup(msgspec.Struct, frozen=True):
    """What a backup is, written into it last: without it, it is not whole. `bytes` is its size."""

    version: str
    taken_at: datetime
    files: int
    pending_jobs: int
    documents: int
    bytes: int


def back_up(folder: DataFolder, target: Path) -> Backup:
    """Copy a data folder to `target`, which is made, or empty. Every job that was accepted before
    this call is in the copy.

    Raises InvalidRequest where there is something, LibraryDamaged where the library is damaged,
    and OSError; what is there then is no backup.
    """
    _expect_sound(folder, target)
    began_at = datetime.now(UTC)
    newest = uuid7(time.time_ns(), (1 << 62) - 1)
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    copier, copy = Copier(folder.root, target), DataFolder.at(target)
    # Where no job has a file of its own, nothing else makes it.
    make_folder(copy.pending)
    copier.copy(Batches(folder).paths())
    copier.copy(files_below(folder.pending))
    faults.hit("backup.pending")
    copier.copy(files_below(folder.spool))
    copier.copy(_ends(folder))
    faults.hit("backup.ends")
    _catch_up(folder, copy, copier, newest)
    faults.hit("backup.caught_up")
    with hold(folder.reopen_lock):
        # From here on jobs only end: what is not pending at the look is in the ends after it.
        _catch_up(folder, copy, copier, newest)
    for place in _noted(folder):
        copier.copy(files_below(place))
    copier.copy(_others(folder))
    documents = copy_library(folder.library, copy.library)
    # After the library, so that no document of the copy is without its own.
    copier.copy(files_below(folder.originals))
    copier.sync()
    pending = len(Manifests(copy).pending_ids())
    sizes = [path.stat().st_size for path in files_below(target)]
    backup = Backup(VERSION, began_at, len(sizes), pending, documents, sum(sizes))
    write_atomic(target / NOTE, msgspec.json.encode(backup))
    return backup


def _expect_sound(folder: DataFolder, target: Path) -> None:
    refuse_elsewhere(folder, "a backup", "`pg_dump` makes one of it")
    refuse_damaged(folder.library)
    _expect_empty(folder, target)


def _noted(folder: DataFolder) -> Iterator[Path]:
    """After the ends, each of which is to be told before it is one; due ones before they are
    done."""
    yield from (folder.webhooks / "due", folder.webhooks, folder.keys)
    # A bulk action that goes on, a deletion say, must not do so in what is restored.
    yield folder.bulk / "ended"
    # Not what is known of their files: the copied library may be older, and tells it anew.
    yield folder.mirrors / "specs"


def _catch_up(folder: DataFolder, copy: DataFolder, copier: Copier, newest: str) -> None:
    """Copy what has come from the one place to the other. Where it may go back meanwhile, as often
    as it likes, that is not all."""
    faults.hit("backup.look")
    missing = list(_missing(folder, copy, newest))
    copier.copy(path for manifest in missing for path in _uploads(folder, manifest))
    for manifest in missing:
        # Not its batch file: with its line others would come, of jobs that came later and
        # whose uploads are not in the copy.
        Manifests(copy).create(manifest)
    faults.hit("backup.looked")
    copier.copy(_ends(folder))


def _expect_empty(folder: DataFolder, target: Path) -> None:
    if target.resolve().is_relative_to(folder.real):
        raise InvalidRequest(f"{target} is inside of the data folder; choose another place")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InvalidRequest(f"{target} is not empty; a backup needs a folder of its own")


def _ends(folder: DataFolder) -> Iterator[Path]:
    for day in sorted(folder.jobs.glob("[0-9]*-[0-9]*-[0-9]*")):
        yield from files_below(day)


def _missing(folder: DataFolder, copy: DataFolder, newest: str) -> Iterator[Manifest]:
    """Those jobs up to `newest` that are pending and not in the copy."""
    manifests, copied = Manifests(folder), Manifests(copy)
    for job_id in manifests.pending_ids():
        # An end that was copied proves nothing: the job may have been reopened since, and the
        # next look at the ends takes it out again.
        if job_id > newest or copied.is_pending(job_id):
            continue
        manifest = manifests.read(job_id)
        if manifest is not None and not manifest.state.terminal:
            yield manifest


def _uploads(folder: DataFolder, manifest: Manifest) -> Iterator[Path]:
    uploads = (source for source in manifest.sources if isinstance(source, Spooled))
    yield from dict.fromkeys(map(folder.upload_path, uploads))


def _others(folder: DataFolder) -> Iterator[Path]:
    """Files beside those that we know: of a library its companions are in its copy."""
    for path in sorted(folder.root.iterdir()):
        name = path.name
        of_library = name.startswith(folder.library.name) and not name.endswith(".losses.json")
        derived = name == "reserve" or name.startswith(folder.job_words.name)
        if name[0] == "." or name.endswith((".lock", ".damage")) or of_library or derived:
            continue
        if path.is_file() and not path.is_symlink():
            yield path
