"""Uploaded bytes, kept under their SHA-256 until no job needs them."""

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol

from gristmill.schemas.errors import BodyTooLarge
from gristmill.schemas.sources import Spooled
from gristmill.storage import faults
from gristmill.storage.durable import make_folder, temp_beside
from gristmill.storage.group_commit import sync_folders
from gristmill.storage.layout import DataFolder
from gristmill.storage.overlap import overlapped

_PIECE = 1024 * 1024
_TOGETHER = 64
"""So many uploads wait for their fsync together: small ones come faster than a disk syncs."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Spool:
    """The spool of one data folder.

    A file is named SHA256.CLAIM and each job has its own claim: dropping the bytes of one job
    can never take those of another that sent the same, and no reference count has to survive a
    crash. A claim is made from its job's id, so that an upload whose job never came to be shows
    what it is (`storage.orphans`).
    """

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder

    def store(
        self,
        stream: Readable,
        limit: int,
        *,
        uri: str | None,
        media_type: str | None,
        claim: str | None = None,
    ) -> Spooled:
        """Copy a stream to the spool, durably; see `Spooling.add`."""
        with self.storing(claim or secrets.token_hex(4)) as spooling:
            return spooling.add(stream, limit, uri=uri, media_type=media_type)

    def storing(self, claim: str) -> "Spooling":
        """Store the documents of one job."""
        return Spooling(self._folder, claim)

    def path(self, spooled: Spooled) -> Path:
        return self._folder.spool_path(spooled.sha256, spooled.claim)

    def discard(self, spooled: Spooled) -> None:
        """Drop an upload. One that is gone already is no error."""
        faults.disk("spool.unlink")
        self.path(spooled).unlink(missing_ok=True)


class _Part(NamedTuple):
    """A document that is copied and not yet synced."""

    temp: Path
    target: Path


class Spooling:
    """Documents that go into the spool together, in flat memory.

    All are durable once the context is left, and gone where it is left by an error: their waits
    for the disk overlap, and each folder is synced once.
    """

    def __init__(self, folder: DataFolder, claim: str) -> None:
        self.stored: list[Spooled] = []
        self._folder, self._claim = folder, claim
        self._parts: list[_Part] = []

    def add(
        self, stream: Readable, limit: int, *, uri: str | None, media_type: str | None
    ) -> Spooled:
        """Copy a stream. `uri` None names the document by its content. Raises OSError, and
        BodyTooLarge over `limit` bytes."""
        temp = temp_beside(self._folder.spool / "upload")
        try:
            sha256, size = _copy(stream, temp, limit)
        except BaseException:
            _remove(temp)
            raise
        self._parts.append(_Part(temp, self._folder.spool_path(sha256, self._claim)))
        spooled = Spooled(uri or f"sha256:{sha256}", sha256, self._claim, size, media_type)
        self.stored.append(spooled)
        if len(self._parts) == _TOGETHER:
            self._put_in_place()
        return spooled

    def _put_in_place(self) -> None:
        parts = {part.target: part for part in self._parts}
        for target in parts:
            make_folder(target.parent)
        for error in overlapped(_put, list(parts.values())):
            if error is not None:
                raise error
        # The same bytes twice are one file of this job.
        for part in self._parts:
            if parts[part.target] is not part:
                _remove(part.temp)
        self._parts.clear()

    def __enter__(self) -> "Spooling":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._drop()
            return
        try:
            self._put_in_place()
            unsynced = sync_folders(self._path(spooled).parent for spooled in self.stored)
            if unsynced:
                raise next(iter(unsynced.values()))
        except BaseException:
            self._drop()
            raise

    def _path(self, spooled: Spooled) -> Path:
        return self._folder.spool_path(spooled.sha256, spooled.claim)

    def _drop(self) -> None:
        for part in self._parts:
            _remove(part.temp)
        for spooled in self.stored:
            _remove(self._path(spooled))


def _remove(path: Path) -> None:
    """What a failing disk keeps is an orphan, and no reason to answer anything else."""
    with suppress(OSError):
        faults.disk("spool.unlink")
        path.unlink(missing_ok=True)


def _put(part: _Part) -> OSError | None:
    try:
        with open(part.temp, "rb+") as file:
            faults.disk("spool.fsync")
            os.fsync(file.fileno())
        faults.disk("spool.rename")
        part.temp.replace(part.target)
    except OSError as error:
        return error
    return None


def _copy(stream: Readable, temp: Path, limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    faults.disk("spool.create")
    with open(temp, "xb") as file:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > limit:
                raise BodyTooLarge(f"an uploaded document is over the limit of {limit} bytes")
            digest.update(piece)
            faults.disk("spool.write")
            file.write(piece)
    return digest.hexdigest(), size
