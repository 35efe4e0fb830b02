"""Uploaded bytes, kept under their SHA-256 until no job needs them."""

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from gristmill.schemas.errors import BodyTooLarge
from gristmill.schemas.sources import Spooled
from gristmill.storage import faults
from gristmill.storage.durable import make_folder, sync_folder, temp_beside
from gristmill.storage.layout import DataFolder

_PIECE = 1024 * 1024


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Spool:
    """The spool of one data folder.

    A file is named SHA256.CLAIM and each upload has its own claim: dropping the bytes of one job
    can never take those of another that sent the same, and no reference count has to survive a
    crash. An upload that no manifest names is an orphan, which `gristmill check` finds.
    """

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder

    def store(
        self, stream: Readable, limit: int, *, uri: str | None, media_type: str | None
    ) -> Spooled:
        """Copy a stream to the spool, durably, in flat memory.

        `uri` None names the document by its content. Raises OSError, and BodyTooLarge over
        `limit` bytes.
        """
        part = temp_beside(self._folder.spool / "upload")
        try:
            sha256, size = _copy(stream, part, limit)
            claim = secrets.token_hex(4)
            path = self._folder.spool_path(sha256, claim)
            make_folder(path.parent)
            faults.disk("spool.rename")
            part = part.replace(path)
            sync_folder(path.parent)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
        return Spooled(
            uri=uri or f"sha256:{sha256}",
            sha256=sha256,
            claim=claim,
            bytes=size,
            media_type=media_type,
        )

    def path(self, spooled: Spooled) -> Path:
        return self._folder.spool_path(spooled.sha256, spooled.claim)

    def discard(self, spooled: Spooled) -> None:
        """Drop an upload. One that is gone already is no error."""
        faults.disk("spool.unlink")
        self.path(spooled).unlink(missing_ok=True)


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
        file.flush()
        faults.disk("spool.fsync")
        os.fsync(file.fileno())
    return digest.hexdigest(), size
