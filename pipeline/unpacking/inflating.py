"""Compressed bytes, read within budgets and never by the sizes that they declare.

Everything that reads a zip archive, an Office file among them, goes through `Members`; other
compressions wrap their stream in `Metered`. One `Account` counts a whole document, so members
and archives inside archives share its budgets when they are given the same one.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import IO, Self

from gristmill.pipeline.shapes import Limits
from gristmill.pipeline.unpacking.member_names import unique_names
from gristmill.pipeline.unpacking.zip_methods import opened_member
from gristmill.pipeline.unpacking.zip_names import zip_names
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import MEMBER_MARK
from gristmill.schemas.problems.errors import DocumentError

FREE_BYTES = 16 * 1024 * 1024
"""The ratio is not looked at below this: little files of blanks inflate a lot and cost nothing."""

_CHUNK_BYTES = 256 * 1024
_NAME_CHARS = 1_000
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others go by `zip_methods`
_ENTRY = b"PK\x01\x02"
_DRIVE = re.compile(r"^[A-Za-z]:")
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError)
_BROKEN_INDEX = (*_BROKEN, ValueError, OverflowError, NotImplementedError)


class Account:
    """What has come out of a compressed document of `packed` bytes, against its limits."""

    def __init__(self, packed: int, limits: Limits) -> None:
        self._most = limits.max_inflated_bytes
        self._most_members = limits.max_members
        self._ratio = limits.max_inflation
        self._by_ratio = max(FREE_BYTES, packed * self._ratio)
        self._bytes = self.members = 0

    def take(self, size: int) -> None:
        """Count inflated bytes. Raises DocumentError `too_large` that names the budget."""
        self._bytes += size
        if self._bytes > self._by_ratio:
            raise _too_large(f"it inflates to over {self._ratio} times its size")
        if self._bytes > self._most:
            raise _too_large(f"it inflates to over {self._most} bytes")

    def renew(self) -> bool:
        """Count inflated bytes from zero; False where a budget for them is used up."""
        is_used_up = self._bytes > min(self._by_ratio, self._most)
        self._bytes = 0
        return not is_used_up

    def take_members(self, number: int) -> None:
        """Count members of an archive. Raises DocumentError `too_large`."""
        self.members += number
        if self.members > self._most_members:
            raise _too_large(f"it has over {self._most_members} members (max_members)")


class Metered(io.RawIOBase):
    """A readable stream of inflated bytes, every one of which is taken from an account.

    Raises DocumentError `too_large` when a budget is used up, `parse_error` for broken data.
    """

    def __init__(self, stream: IO[bytes], account: Account) -> None:
        self._stream = stream
        self._account = account

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(_CHUNK_BYTES), b""))
        with _told(_BROKEN):
            data = self._stream.read(min(size, _CHUNK_BYTES))
        self._account.take(len(data))
        return data

    def readall(self) -> bytes:
        return self.read()

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def safe_name(name: str) -> str:
    """A member's name as a relative path that stays below where it is put."""
    name = _DRIVE.sub("", _CONTROL.sub("", name).replace("\\", "/"))
    parts = [part for part in name.split("/") if part.strip() not in ("", ".", "..")]
    return "/".join(parts)[:_NAME_CHARS] or "unnamed"


def separable_name(name: str) -> str:
    """A safe name that can be a part of a nested path."""
    return safe_name(name).replace(MEMBER_MARK, "_/")


class Members:
    """The files of a zip archive, by sanitised names; folders are left out.

    Raises DocumentError `parse_error` for a broken archive, `too_large` for one of too many
    members, and on reading `encrypted`, `unsupported` (an unusual compression) or `too_large`.
    `named` makes a sanitised name of one in the archive.
    """

    def __init__(
        self,
        data: bytes,
        limits: Limits,
        account: Account | None = None,
        named: Callable[[str], str] = safe_name,
    ) -> None:
        self._account = account or Account(len(data), limits)
        self._data = data
        # Counted before zipfile makes an object of each; what the archive says of it is not read.
        self._account.take_members(data.count(_ENTRY))
        with _told(_BROKEN_INDEX):
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        # is_dir() fails for an empty name
        infos = [info for info in self._archive.infolist() if not info.filename.endswith("/")]
        raw = zip_names(infos)
        self.names = tuple(unique_names(raw, map(named, raw)))
        self._infos = dict(zip(self.names, infos, strict=True))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._archive.close()

    def __contains__(self, name: object) -> bool:
        return name in self._infos

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def open(self, name: str) -> Metered:
        """A member as a stream. Raises KeyError for a name that is not in `names`."""
        info = self._infos[name]
        if info.flag_bits & _ENCRYPTED:
            raise DocumentError(DocumentCode.ENCRYPTED, f"{name} is encrypted")
        with _told(_BROKEN_INDEX):
            if info.compress_type in _METHODS:
                return Metered(self._archive.open(info), self._account)
            return Metered(opened_member(self._data, info, name), self._account)

    def read(self, name: str) -> bytes:
        """A member's bytes. Raises KeyError for a name that is not in `names`."""
        with self.open(name) as stream:
            return stream.read()

    def declared_size(self, name: str) -> int:
        """The bytes that the archive says a member has; they may be any number. Raises KeyError
        for a name that is not in `names`."""
        return self._infos[name].file_size


@contextmanager
def _told(errors: tuple[type[Exception], ...]) -> Iterator[None]:
    try:
        yield
    except errors as error:
        raise DocumentError(
            DocumentCode.PARSE_ERROR, f"the archive is broken: {error}"[:300]
        ) from None


def _too_large(what: str) -> DocumentError:
    return DocumentError(DocumentCode.TOO_LARGE, f"the document is too large: {what}")
