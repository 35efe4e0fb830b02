"""Tar archives, read once from front to end. No size in them is trusted further than the bytes
that really follow, and nothing in them leads outside of the archive."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple, Protocol

from gristmill.pipeline.unpacking.code_pages import NamesInTurn
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

_BLOCK = 512
_CHUNK_BYTES = 256 * 1024
_MAX_EXTENSION_BYTES = 1024 * 1024  # of a long name, or of pax records
_LONG_NAME, _LONG_LINK, _PAX, _PAX_GLOBAL = b"L", b"K", b"x", b"g"


class Seekable(Protocol):
    """What can be read from front to end."""

    def read(self, size: int, /) -> bytes: ...


class TarKind(StrEnum):
    """What a member is; only a FILE has bytes that can be read as they are."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    DEVICE = "device"
    SPARSE = "sparse file"
    OTHER = "special member"


_KINDS = {
    **dict.fromkeys((b"0", b"\x00", b"7"), TarKind.FILE),
    **dict.fromkeys((b"1", b"2"), TarKind.LINK),
    **dict.fromkeys((b"3", b"4", b"6"), TarKind.DEVICE),
    b"5": TarKind.FOLDER,
    b"S": TarKind.SPARSE,
}


class TarHeader(NamedTuple):
    """A member; `size` is what the archive says."""

    name: str
    size: int
    kind: TarKind


class TarReader:
    """Iterate over the headers; `read` gives bytes of the one that came last.

    Raises DocumentError `parse_error` for what is no tar archive, or ends too early.
    """

    def __init__(self, stream: Seekable) -> None:
        self._stream = stream
        self._left = 0
        self._padding = 0
        self._names = NamesInTurn()

    def __iter__(self) -> Iterator[TarHeader]:
        extended: dict[str, str] = {}
        while (block := self._next_block()) is not None:
            kind, size = block[156:157], _number(block[124:136])
            self._left, self._padding = size, -size % _BLOCK
            if kind in (_LONG_NAME, _LONG_LINK, _PAX, _PAX_GLOBAL):
                self._extend(kind, extended)
                continue
            name = self._readable(extended.get("path") or _name(block))
            found = _KINDS.get(kind, TarKind.OTHER)
            if found is TarKind.FILE and name.endswith("/"):
                found = TarKind.FOLDER
            if any(key.startswith("GNU.sparse") for key in extended):
                found = TarKind.SPARSE
            if "size" in extended and extended["size"].isdecimal():
                size = int(extended["size"][:20])
                self._left, self._padding = size, -size % _BLOCK
            if found in (TarKind.LINK, TarKind.DEVICE, TarKind.FOLDER):
                self._left = self._padding = 0  # POSIX: such have no bytes, whatever their size
            extended = {}
            yield TarHeader(name, size, found)

    def read(self, size: int) -> bytes:
        """The next bytes of the current member, up to `size`; none at its end. What is not read is
        passed over."""
        if not self._left:
            return b""
        part = self._stream.read(min(self._left, size))
        if not part:
            raise _broken("it ends inside of a member")
        self._left -= len(part)
        return part

    def _readable(self, name: str) -> str:
        """Only pax says that names are in UTF-8; others are in what the system had."""
        raw = name.encode("utf-8", "surrogateescape")
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return self._names.name(raw)

    def _extend(self, kind: bytes, extended: dict[str, str]) -> None:
        if self._left > _MAX_EXTENSION_BYTES:
            raise _broken("a name in it is too long")
        data = b"".join(iter(lambda: self.read(_CHUNK_BYTES), b""))
        if kind == _LONG_NAME:
            extended["path"] = _text(data.partition(b"\x00")[0])
        elif kind == _PAX:
            extended.update(_records(data))

    def _next_block(self) -> bytes | None:
        """The next header; None at the end, which is a block of zeros or nothing more."""
        self._skip()
        block = self._exactly(_BLOCK)
        if not block.strip(b"\x00"):
            return None
        if not is_tar(block):
            raise _broken("a header in it is damaged")
        return block

    def _skip(self) -> None:
        left, self._left = self._left + self._padding, 0
        while left:
            part = self._stream.read(min(left, _CHUNK_BYTES))
            if not part and left > self._padding:
                raise _broken("it ends inside of a member")
            left -= len(part) or left

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size and (part := self._stream.read(size - len(data))):
            data += part
        return data


def is_tar(data: bytes) -> bool:
    """Whether bytes begin with a header of tar: its checksum is right."""
    block = data[:_BLOCK]
    if len(block) < _BLOCK or not block[:1].strip(b"\x00"):
        return False
    try:
        stored = int(block[148:156].strip(b"\x00 ") or b"x", 8)
    except ValueError:
        return False
    return stored == sum(block[:148]) + 8 * 0x20 + sum(block[156:])


def _number(field: bytes) -> int:
    """Octal digits, or base 256 where the first bit is set (GNU); a negative size is none."""
    if field[0] & 0x80:
        return int.from_bytes(field[1:], "big") if field[0] == 0x80 else 0
    try:
        return max(0, int(field.strip(b"\x00 ").partition(b"\x00")[0] or b"0", 8))
    except ValueError:
        raise _broken("a size in it is no number") from None


def _name(block: bytes) -> str:
    name = block[:100].partition(b"\x00")[0]
    if block[257:263] == b"ustar\x00" and (prefix := block[345:500].partition(b"\x00")[0]):
        name = prefix + b"/" + name
    return _text(name)


def _records(data: bytes) -> dict[str, str]:
    """pax: `LENGTH KEY=VALUE\\n`, one after another."""
    found: dict[str, str] = {}
    at = 0
    while at < len(data):
        length, blank, _ = data[at : at + 20].partition(b" ")
        if not blank or not length.isdigit() or int(length) <= len(length) + 1:
            break
        key, _, value = data[at + len(length) + 1 : at + int(length) - 1].partition(b"=")
        found[_text(key)] = _text(value)
        at += int(length)
    return found


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _broken(why: str) -> DocumentError:
    return DocumentError(DocumentCode.PARSE_ERROR, f"the archive is broken: {why}")
