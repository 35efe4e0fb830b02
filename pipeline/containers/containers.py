"""What holds documents: archives, compressed files, mail. One level of it, member by member."""

import bz2
import gzip
import io
import lzma
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import IO, Any, NamedTuple, cast

from gristmill.pipeline.parsers.mail.eml import as_bytes, is_body
from gristmill.pipeline.parsers.mail.mbox import messages
from gristmill.pipeline.parsers.mail.mime import MimePart, leaves, opened
from gristmill.pipeline.shapes import Limits
from gristmill.pipeline.unpacking.inflating import (
    Account,
    Members,
    Metered,
    safe_name,
    separable_name,
)
from gristmill.pipeline.unpacking.member_names import MemberNames
from gristmill.pipeline.unpacking.tar_reading import Seekable, TarKind, TarReader, is_tar
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError

ZIP, TAR, GZIP = "application/zip", "application/x-tar", "application/gzip"
BZIP2, XZ = "application/x-bzip2", "application/x-xz"
MAIL, MBOX = "message/rfc822", "application/mbox"

PACKED = frozenset({GZIP, BZIP2, XZ})
"""They can only be read from their start."""

ARCHIVES = PACKED | {ZIP, TAR}
"""They hold documents and are none themselves."""

CONTAINERS = ARCHIVES | {MAIL, MBOX}

_XZ_MEMORY = 128 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024
_PART_BYTES = 256 * 1024
_SUFFIXES = (".gz", ".bz2", ".xz", ".tgz", ".tbz2", ".tbz", ".txz")
_NOISE = "__MACOSX/"  # what macOS adds to archives beside the files themselves


class ArchiveEntry(NamedTuple):
    """A member. `name` is a relative path that stays inside. `size` is what the container says,
    None where it says nothing. `read` is only good until the next entry is asked for.

    With a `code` it cannot be read, for the reason in `message`. One that is `alone` has a name
    of our making: a compressed file does not say what is in it.
    """

    name: str
    size: int | None
    read: Callable[[], bytes]
    code: DocumentCode | None = None
    message: str | None = None
    alone: bool = False


def entries(
    data: bytes, media_type: str, name: str, account: Account, limits: Limits
) -> Iterator[ArchiveEntry]:
    """The members of a container of one of CONTAINERS, lazily. `name` is the container's own.

    Raises DocumentError `parse_error` for a broken one, `too_large` when a budget is used up.
    """
    if media_type == ZIP:
        yield from _zip(data, account, limits)
    elif media_type in (MAIL, MBOX):
        yield from _mail(data, media_type, account)
    elif media_type == TAR:
        yield from _tar(Metered(io.BytesIO(data), account), account, limits)
    else:
        yield from _compressed(data, media_type, name, account, limits)


def _zip(data: bytes, account: Account, limits: Limits) -> Iterator[ArchiveEntry]:
    with Members(data, limits, account, separable_name) as members:
        for name in members:
            if not name.startswith(_NOISE):
                size = members.declared_size(name)
                yield ArchiveEntry(name, size, partial(_member, members, name, limits))


def _member(members: Members, name: str, limits: Limits) -> bytes:
    with members.open(name) as stream:
        return _whole(stream, limits)


def _tar(stream: Seekable, account: Account, limits: Limits) -> Iterator[ArchiveEntry]:
    reader = TarReader(stream)
    names, own = MemberNames(), set[str]()
    for header in reader:
        name = separable_name(header.name)
        if header.kind is TarKind.FOLDER or name.startswith(_NOISE):
            continue
        account.take_members(1)
        message = None
        if header.kind is not TarKind.FILE:
            message = f"it is a {header.kind}, which is not read"
        if (path := safe_name(header.name)) in own:
            message = f"the archive has another {path}, which is the one that is read"
        own.add(path)
        name = names.take(name)
        code = DocumentCode.UNSUPPORTED if message else None
        yield ArchiveEntry(name, header.size, partial(_whole, reader, limits), code, message)


def _compressed(
    data: bytes, media_type: str, name: str, account: Account, limits: Limits
) -> Iterator[ArchiveEntry]:
    """A compressed tar archive is one container with it; any other file is the only member."""
    stream = Metered(_unpacking(data, media_type), account)
    head = stream.read(512)
    while 0 < len(head) < 512 and (more := stream.read(512 - len(head))):
        head += more
    rejoined = _Rejoined(head, stream)
    if is_tar(head):
        yield from _tar(rejoined, account, limits)
        return
    account.take_members(1)
    yield ArchiveEntry(_stem(name), None, partial(_whole, rejoined, limits), alone=True)


def _whole(stream: Seekable, limits: Limits) -> bytes:
    """All the bytes of a member, held once. Raises DocumentError `too_large`."""
    buffer = io.BytesIO()
    while part := stream.read(_PART_BYTES):
        if buffer.tell() + len(part) > limits.max_document_bytes:
            message = f"it has over {limits.max_document_bytes} bytes, which is the limit"
            raise DocumentError(DocumentCode.TOO_LARGE, message)
        buffer.write(part)
    return buffer.getvalue()


def _mail(data: bytes, media_type: str, account: Account) -> Iterator[ArchiveEntry]:
    """What came with a mail. Of a mailbox, below the number of the message (from 1)."""
    if media_type == MAIL:
        yield from _attachments(opened(as_bytes(data)), "", account)
        return
    for number, message in enumerate(messages(data), 1):
        account.take_members(1)
        yield from _attachments(opened(message), f"{number}/", account)


def _attachments(message: MimePart, folder: str, account: Account) -> Iterator[ArchiveEntry]:
    names = MemberNames()
    for part in leaves(message):
        account.take_members(1)
        if (is_body(part) and not part.too_deep) or _is_decoration(part):
            continue
        name = names.take(folder + separable_name(part.filename or _unnamed(part)))
        if part.too_deep:
            message_ = "parts are nested too deeply"
            yield ArchiveEntry(name, None, bytes, DocumentCode.TOO_LARGE, message_)
        else:
            yield ArchiveEntry(name, None, lambda part=part: _content(part, account))  # type: ignore[misc]


def _content(part: MimePart, account: Account) -> bytes:
    content = part.content()
    account.take(len(content))
    return content


def _is_decoration(part: MimePart) -> bool:
    """A picture that belongs to the HTML body, as logos of signatures do."""
    inline = part.media_type.startswith("image/") and part.disposition != "attachment"
    return inline and "multipart/related" in part.path


def _unnamed(part: MimePart) -> str:
    extension = {"text/plain": ".txt", "text/html": ".html", "application/pdf": ".pdf"}
    return f"attachment{extension.get(part.media_type, '')}"


def _unpacking(data: bytes, media_type: str) -> IO[bytes]:
    source = io.BytesIO(data)
    if media_type == GZIP:
        return cast("IO[bytes]", gzip.GzipFile(fileobj=source))
    if media_type == BZIP2:
        return cast("IO[bytes]", _Unpacking(source, bz2.BZ2Decompressor))
    return cast("IO[bytes]", _Unpacking(source, lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY)))


class _Unpacking:
    """bzip2 or xz, a bounded piece at a time. Files may be several streams one after another."""

    def __init__(self, source: IO[bytes], make: Callable[[], Any]) -> None:
        self._source = source
        self._make = make
        self._unpacker = make()
        self._begun = False

    def read(self, size: int) -> bytes:
        """Raises OSError for broken data, EOFError where the data ends too early."""
        while True:
            fed = b""
            if self._unpacker.eof:
                fed = (self._unpacker.unused_data or self._source.read(_CHUNK_BYTES)).lstrip(b"\0")
                if not fed:
                    return b""
                self._unpacker = self._make()
            elif self._unpacker.needs_input:
                fed = self._source.read(_CHUNK_BYTES)
                if not fed:
                    raise EOFError("it ends too early")
            try:
                data: bytes = self._unpacker.decompress(fed, size)
            except lzma.LZMAError as error:
                raise OSError(str(error)) from None
            if data:
                return data

    def close(self) -> None:
        self._source.close()


class _Rejoined:
    """A stream and the bytes that had been read from it to look at."""

    def __init__(self, head: bytes, stream: Metered) -> None:
        self._head = head
        self._stream = stream

    def read(self, size: int) -> bytes:
        if self._head:
            head, self._head = self._head[:size], self._head[size:]
            return head
        return self._stream.read(size)


def _stem(name: str) -> str:
    """The name of the only file inside: the container's own without its last extension."""
    base = PurePosixPath(name.rpartition("!/")[2].partition("?")[0]).name
    if base.lower().endswith(_SUFFIXES):
        base = base[: base.rindex(".")]
    return separable_name(base) if base else "content"
