"""Uploads in a bucket: one object for all of a job, named by its claim, as a file would be."""

import errno
import secrets
from collections.abc import Iterator
from pathlib import Path

from gristmill.schemas.jobs.sources import Bundled
from gristmill.schemas.problems.errors import StorageFailed
from gristmill.storage.disk.durable import write_atomic
from gristmill.storage.layout import DataFolder
from gristmill.storage.objects.bucket import Bucket

_BELOW, _OWNER = "spool", "owner"
_OWN_BYTES = 64


class UploadObjects:
    """The uploads of a data folder that has them in a bucket. Thread-safe."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder, self._bucket = folder, Bucket(folder.objects)

    def put(self, claim: str, path: Path) -> None:
        """Store the uploads of a job. Raises StorageFailed: who sent them may come again."""
        try:
            self._bucket.put(_key(claim), path)
        except OSError as error:
            raise StorageFailed(f"{error.strerror or error}; nothing was accepted") from error

    def read(self, upload: Bundled) -> bytes:
        """The bytes of one document. Raises OSError, also where they are not all there."""
        key = _key(upload.claim)
        if not upload.bytes:
            # There is no range of no bytes.
            if not self._bucket.has(key):
                raise FileNotFoundError("the object is not there")
            return b""
        data = self._bucket.read(key, upload.offset, upload.bytes)
        if len(data) != upload.bytes:
            raise OSError(errno.EIO, f"the object ends after {len(data)} of its bytes")
        return data

    def has(self, claim: str) -> bool:
        """Raises OSError."""
        return self._bucket.has(_key(claim))

    def drop(self, claim: str) -> None:
        """Raises OSError; one that is gone is no error."""
        self._bucket.drop(_key(claim))

    def claims(self, before_s: float) -> Iterator[str]:
        """Of uploads that were written before `before_s` (seconds since the epoch). Raises
        OSError."""
        for key, written_s in self._bucket.written(_BELOW):
            _, mark, claim = key.rpartition("/bundle.")
            if mark and written_s < before_s:
                yield claim

    def are_ours(self) -> bool:
        """Whether this data folder was the first to look after these objects. Another one with
        the same address must drop nothing: it knows no job of ours, and would find all uploads
        to be nobody's. Raises OSError."""
        own = self._own_name()
        try:
            return self._bucket.read(_OWNER, 0, _OWN_BYTES) == own
        except FileNotFoundError:
            try:
                self._bucket.create(_OWNER, own)
            except FileExistsError:
                return False
        return True

    def _own_name(self) -> bytes:
        try:
            return self._folder.spool_owner.read_bytes()
        except FileNotFoundError:
            name = secrets.token_hex(16).encode()
            write_atomic(self._folder.spool_owner, name)
            return name


def _key(claim: str) -> str:
    # A claim's end is random: a store shares its load by the beginnings of keys.
    return f"{_BELOW}/{claim[-2:]}/bundle.{claim}"
