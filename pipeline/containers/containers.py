"""What holds documents: archives, compressed files, mail. One level of it, member by member."""

import io
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import PurePosixPath

from gristmill.pipeline.containers.entry import ArchiveEntry
from gristmill.pipeline.containers.pdf_files import pdf_files
from gristmill.pipeline.parsers.mail import msg
from gristmill.pipeline.parsers.mail.eml import as_bytes
from gristmill.pipeline.parsers.mail.entities.attachment_names import attachment_name
from gristmill.pipeline.parsers.mail.entities.mime import MimePart, opened
from gristmill.pipeline.parsers.mail.mbox import messages
from gristmill.pipeline.parsers.mail.message import smime
from gristmill.pipeline.parsers.mail.message.bodies import is_body, is_no_document
from gristmill.pipeline.parsers.mail.message.nesting import leaves
from gristmill.pipeline.parsers.mail.outlook import tnef
from gristmill.pipeline.shapes import Limits
from gristmill.pipeline.unpacking import foreign
from gristmill.pipeline.unpacking.inflating import (
    Account,
    Members,
    Metered,
    safe_name,
    separable_name,
)
from gristmill.pipeline.unpacking.member_names import MemberNames
from gristmill.pipeline.unpacking.streams import BZIP2, GZIP, XZ, ZSTD, unpacking
from gristmill.pipeline.unpacking.tar_reading import Seekable, TarKind, TarReader, is_tar
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

ZIP, TAR, SIGNED = "application/zip", "application/x-tar", smime.MEDIA_TYPE
MAIL, MBOX = "message/rfc822", "application/mbox"
MAILS = frozenset({MAIL, MBOX, msg.MEDIA_TYPE, tnef.MEDIA_TYPE})
PDF = "application/pdf"

PACKED = frozenset({GZIP, BZIP2, XZ, ZSTD}) | foreign.STREAMS | foreign.ARCHIVES
"""They can only be read from their start."""

ARCHIVES = PACKED | {ZIP, TAR, SIGNED}
"""They hold documents and are none themselves."""

BY_NAME = ARCHIVES | MAILS
"""What is named like these is looked into where it is found."""

CONTAINERS = BY_NAME | {PDF}
"""A PDF inside of another container is looked into when it is read: few hold files, and to find
out takes its bytes."""

_PART_BYTES = 256 * 1024
_SUFFIXES = (
    *(".gz", ".bz2", ".xz", ".zst", ".lz4", ".lz", ".z", ".p7m"),
    *(".tgz", ".tbz2", ".tbz", ".txz", ".tzst"),
)
_NOISE = "__MACOSX/"  # what macOS adds to archives beside the files themselves


def entries(
    data: bytes, media_type: str, name: str, account: Account, limits: Limits
) -> Iterator[ArchiveEntry]:
    """The members of a container of one of CONTAINERS, lazily. `name` is the container's own.

    Raises DocumentError `parse_error` for a broken one, `too_large` when a budget is used up.
    """
    if media_type == ZIP:
        yield from _zip(data, account, limits)
    elif media_type in MAILS:
        yield from _mail(data, media_type, account)
    elif media_type == PDF:
        yield from pdf_files(data, account, limits)
    elif media_type == TAR:
        yield from _tar(Metered(io.BytesIO(data), account), account, limits)
    elif media_type == SIGNED:
        yield _signed(data, name, account)
    elif media_type in foreign.ARCHIVES:
        yield from _foreign(data, media_type, account, limits)
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
    with _stream(data, media_type, account) as stream:
        head = stream.read(512)
        while 0 < len(head) < 512 and (more := stream.read(512 - len(head))):
            head += more
        rejoined = _Rejoined(head, stream)
        if is_tar(head):
            yield from _tar(rejoined, account, limits)
            return
        account.take_members(1)
        yield ArchiveEntry(_stem(name), None, partial(_whole, rejoined, limits), alone=True)


def _stream(data: bytes, media_type: str, account: Account) -> AbstractContextManager[Seekable]:
    if media_type in foreign.STREAMS:
        return foreign.foreign_stream(data, media_type, account)
    return nullcontext(Metered(unpacking(io.BytesIO(data), media_type), account))


def _foreign(
    data: bytes, media_type: str, account: Account, limits: Limits
) -> Iterator[ArchiveEntry]:
    names = MemberNames()
    for member in foreign.foreign_members(data, media_type, account):
        name = separable_name(member.name)
        if member.is_folder or name.startswith(_NOISE):
            continue
        account.take_members(1)
        code = message = None
        if not member.is_file:
            code, message = DocumentCode.UNSUPPORTED, "it is a link or device, which is not read"
        read = partial(_whole, member.stream, limits)
        yield ArchiveEntry(names.take(name), member.size, read, code, message)


def _signed(data: bytes, name: str, account: Account) -> ArchiveEntry:
    """The file that was signed, or the mail."""
    data = smime.as_der(data)
    content = smime.signed_content(data)
    if content is None and smime.is_encrypted(data):
        raise DocumentError(DocumentCode.ENCRYPTED, "it is encrypted; only its owner can read it")
    if content is None:
        raise DocumentError(DocumentCode.PARSE_ERROR, "no signed content is in it")
    account.take_members(1)
    account.take(len(content))
    stem = _stem(name)
    mail = smime.looks_like_mime(content) and not stem.lower().endswith(".eml")
    return ArchiveEntry(stem + ".eml" if mail else stem, None, lambda: content, alone=True)


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
    if media_type != MBOX:
        yield from _attachments(_opened(data, media_type), "", account)
        return
    for number, message in enumerate(messages(data), 1):
        account.take_members(1)
        yield from _attachments(opened(message), f"{number}/", account)


def _opened(data: bytes, media_type: str) -> MimePart:
    if media_type == MAIL:
        return opened(as_bytes(data))
    if media_type == msg.MEDIA_TYPE:
        return msg.message_in(data)
    message = tnef.message_in(data)
    if message is None:
        raise DocumentError(DocumentCode.PARSE_ERROR, "the file is no TNEF")
    return message


def _attachments(message: MimePart, folder: str, account: Account) -> Iterator[ArchiveEntry]:
    names = MemberNames()
    for part in leaves(message):
        account.take_members(1)
        if not part.too_deep and (is_body(part) or is_no_document(part)):
            continue
        if smime.is_smime(part) and smime.is_encrypted(part.content()):
            continue  # it is the body of the mail, which says that it cannot be read
        name = names.take(folder + separable_name(attachment_name(part)))
        if part.too_deep:
            message_ = "parts are nested too deeply"
            yield ArchiveEntry(name, None, bytes, DocumentCode.TOO_LARGE, message_)
        else:
            yield ArchiveEntry(name, None, lambda part=part: _content(part, account))  # type: ignore[misc]


def _content(part: MimePart, account: Account) -> bytes:
    content = part.content()
    account.take(len(content))
    return content


class _Rejoined:
    """A stream and the bytes that had been read from it to look at."""

    def __init__(self, head: bytes, stream: Seekable) -> None:
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
