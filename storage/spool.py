"""Uploaded bytes, kept until no job needs them."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Protocol

from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.sources import Bundled, Spooled, StoredSource
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import BodyTooLarge, DocumentError
from gristmill.storage import faults
from gristmill.storage.disk.durable import (
    make_folder,
    private,
    sync_data,
    sync_folder,
    temp_beside,
)
from gristmill.storage.layout import DataFolder

if TYPE_CHECKING:
    from gristmill.storage.objects.uploads import UploadObjects

_PIECE = 1024 * 1024
_SYNCED_BYTES = 4 * 1024 * 1024
"""Of a large document that are made durable at a time. Whoever syncs a small file meanwhile waits
for what the disk has been given before: for so much, and not for all of it. Measured while six
clients sent 24 MiB again and again: it was 1 s at the 99th percentile, and by pieces half of that,
on a disk that others kept busy, too."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def too_large(size: int, limit: int) -> DocumentError:
    """The error of a document with more than `limit` bytes."""
    return DocumentError(DocumentCode.TOO_LARGE, f"it has {size} bytes, the limit is {limit}")


class Spool:
    """The spool of one data folder.

    All uploads of a job are one file, whose name is the job's claim: dropping the bytes of one job
    can never take those of another that sent the same, and no reference count has to survive a
    crash. A claim is made from its job's id, so that an upload whose job never came to be shows
    what it is (`storage.upkeep.orphans`).

    Where the folder names a bucket, that file is an object there. What is still in the folder, of
    a time before, is read and dropped there.
    """

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._objects: UploadObjects | None = None
        if folder.objects:
            # Nothing of it where uploads are files.
            from gristmill.storage.objects import uploads

            self._objects = uploads.UploadObjects(folder)

    def store(
        self,
        stream: Readable,
        limit: int,
        *,
        uri: str | None,
        media_type: str | None,
        claim: str | None = None,
    ) -> Bundled:
        """Copy a stream to the spool, durably; see `Spooling.add`."""
        with self.storing(claim or secrets.token_hex(4)) as spooling:
            return spooling.add(stream, limit, uri=uri, media_type=media_type)

    def storing(self, claim: str) -> "Spooling":
        """Store the documents of one job, all of them: a claim has one file."""
        return Spooling(self._folder, claim, self._objects)

    def read(self, spooled: Spooled, limit: int) -> bytes:
        """The bytes of an upload, all of them at once: who reads a document needs them all.

        Raises OSError where they cannot be read, and DocumentError `too_large`, without reading
        any, over `limit` bytes.
        """
        if isinstance(spooled, Bundled) and (objects := self._objects_of(spooled)):
            if spooled.bytes > limit:
                raise too_large(spooled.bytes, limit)
            return objects.read(spooled)
        with open(self._folder.upload_path(spooled), "rb") as file:
            if isinstance(spooled, Bundled):
                size = spooled.bytes
                file.seek(spooled.offset)
            else:
                size = os.fstat(file.fileno()).st_size
            if size > limit:
                raise too_large(size, limit)
            return file.read(size)

    def discard(self, sources: Iterable[StoredSource]) -> None:
        """Drop the uploads among all sources of one job. One that is gone already is no error."""
        uploads = [source for source in sources if isinstance(source, Spooled)]
        for claim in dict.fromkeys(each.claim for each in uploads if self._objects_of(each)):
            assert self._objects is not None
            self._objects.drop(claim)
        for path in dict.fromkeys(map(self._folder.upload_path, uploads)):
            faults.disk("spool.unlink")
            path.unlink(missing_ok=True)

    def has(self, upload: Spooled) -> bool:
        """Whether there are bytes of an upload. Raises OSError where nobody can know."""
        objects = self._objects_of(upload)
        return objects.has(upload.claim) if objects else self._folder.upload_path(upload).exists()

    def release(self, ended: Manifest) -> None:
        """Drop the uploads of an ended job that no retry will read. Called between the two steps
        of settling, and again where a crash came between them. Bytes that a failing disk keeps are
        an orphan, which `gristmill check` finds."""
        if ended.state is JobState.SUCCEEDED:
            with suppress(OSError):
                self.discard(ended.sources)

    def _objects_of(self, upload: Spooled) -> "UploadObjects | None":
        """Where an upload is an object: what no file of the folder holds."""
        if self._objects is None or not isinstance(upload, Bundled):
            return None
        return None if self._folder.upload_path(upload).exists() else self._objects


class Spooling:
    """Documents that go into the spool together, one after the other in one file, in flat memory.

    All are durable once the context is left, and gone where it is left by an error
    (`docs/decisions/0003-spool-claims.md` says what one file saves). With `objects` the file is
    only on its way there, so that memory stays flat, and is synced by nobody.
    """

    def __init__(
        self, folder: DataFolder, claim: str, objects: "UploadObjects | None" = None
    ) -> None:
        self.stored: list[Bundled] = []
        self._folder, self._claim, self._objects = folder, claim, objects
        self._temp = Path()
        self._file: BinaryIO | None = None

    def add(
        self, stream: Readable, limit: int, *, uri: str | None, media_type: str | None
    ) -> Bundled:
        """Copy a stream. `uri` None names the document by its content. Raises OSError, and
        BodyTooLarge over `limit` bytes; leaving the context StorageFailed, too."""
        if self._file is None:
            # Not before there is a document: most jobs bring none.
            self._temp = temp_beside(self._folder.spool / "upload")
            faults.disk("spool.create")
            # Closed when the context is left.
            self._file = open(self._temp, "xb", opener=private)  # noqa: SIM115
        offset = self._file.tell()
        sha256, size = _copy(stream, self._file, limit, durable=self._objects is None)
        name = uri or f"sha256:{sha256}"
        self.stored.append(Bundled(name, sha256, self._claim, size, media_type, offset))
        return self.stored[-1]

    def __enter__(self) -> "Spooling":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is None:
            return
        try:
            if error is None:
                self._put_in_place(self._file)
        except BaseException:
            self._drop(self._file)
            raise
        if error is not None:
            self._drop(self._file)

    def _put_in_place(self, file: BinaryIO) -> None:
        file.flush()
        if self._objects is not None:
            self._objects.put(self._claim, self._temp)
            faults.hit("spool.put")
            file.close()
            _remove(self._temp)
            return
        faults.disk("spool.fsync")
        os.fsync(file.fileno())
        file.close()
        target = self._folder.bundle_path(self._claim)
        make_folder(target.parent)
        faults.disk("spool.rename")
        self._temp.replace(target)
        sync_folder(target.parent)

    def _drop(self, file: BinaryIO) -> None:
        with suppress(OSError):
            # On a full disk, what is in its buffer cannot be written.
            file.close()
        _remove(self._temp)
        _remove(self._folder.bundle_path(self._claim))


def _remove(path: Path) -> None:
    """What a failing disk keeps is an orphan, and no reason to answer anything else."""
    with suppress(OSError):
        faults.disk("spool.unlink")
        path.unlink(missing_ok=True)


def _copy(stream: Readable, file: BinaryIO, limit: int, *, durable: bool) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(_PIECE):
        size += len(piece)
        if size > limit:
            raise BodyTooLarge(f"an uploaded document is over the limit of {limit} bytes")
        digest.update(piece)
        faults.disk("spool.write")
        file.write(piece)
        if durable and size // _SYNCED_BYTES > (size - len(piece)) // _SYNCED_BYTES:
            file.flush()
            faults.disk("spool.fsync")
            sync_data(file.fileno())
    return digest.hexdigest(), size
