"""Outlook's own files ([MS-OXMSG]): a message as MAPI properties, each a stream of a compound file.

python-oxmsg reads neither messages that are attached nor bodies in RTF; the properties are those
of TNEF anyhow.
"""

import struct
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from gristmill.pipeline.parsers.mail.eml import document_of
from gristmill.pipeline.parsers.mail.entities.mime import MimePart, made
from gristmill.pipeline.parsers.mail.outlook.mapi import (
    ATTACH_DATA,
    BINARY,
    INTEGER,
    STRING8,
    TIME,
    UNICODE,
    Properties,
    Value,
    attachment_of,
    message_of,
)
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.pipeline.unpacking.compound import opened
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    from olefile import OleFileIO

MEDIA_TYPE = "application/vnd.ms-outlook"
media_types = (MEDIA_TYPE,)
version = "1"

_VALUE, _ATTACHMENT = "__substg1.0_", "__attach_version1.0_"
_TABLE = "__properties_version1.0"
_STREAM, _STORAGE = 2, 1
_OBJECT = 0x0D
_TABLE_HEADERS = {"message": 32, "inside": 24, "attachment": 8}
_MAX_ATTACHMENTS = 2_048  # [MS-OXMSG] 2.2.2
_MAX_DEPTH = 20


def preload() -> None:
    import olefile  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """As of a mail. Raises DocumentError `parse_error` for a broken file, `encrypted`."""
    return document_of(message_in(blob.data), limits)


def message_in(data: bytes) -> MimePart:
    """The message of a file. Raises DocumentError `parse_error` for a broken one."""
    try:
        ole = opened(data)
        return _message(ole, (), ole.root, "message")
    except _BROKEN as error:
        raise _told(error) from None


_BROKEN = (OSError, ValueError, IndexError, TypeError, AttributeError, struct.error)


def _message(ole: "OleFileIO", path: tuple[str, ...], entry: object, kind: str) -> MimePart:
    properties = _properties(ole, path, entry, kind)
    return message_of(properties, partial(_attachments, ole, path, entry), {})


def _attachments(ole: "OleFileIO", path: tuple[str, ...], entry: object) -> Iterator[MimePart]:
    count = 0
    for kid in _kids(entry):
        if kid.entry_type != _STORAGE or not kid.name.startswith(_ATTACHMENT):
            continue
        count += 1
        if count > _MAX_ATTACHMENTS or len(path) > _MAX_DEPTH:
            raise DocumentError(DocumentCode.TOO_LARGE, "the message has too many attachments")
        inside = (*path, kid.name)
        properties = _properties(ole, inside, kid, "attachment")
        object_name = f"{_VALUE}{ATTACH_DATA:04X}{_OBJECT:04X}"
        nested = next((each for each in _kids(kid) if each.name == object_name), None)
        if nested is not None and any(each.name == _TABLE for each in _kids(nested)):
            message = partial(_message, ole, (*inside, nested.name), nested, "inside")
            yield made("message/rfc822", bytes, inner=partial(_once, message))
        else:
            yield attachment_of(properties, partial(properties.data, ATTACH_DATA))


def _once(message: "partial[MimePart]") -> Iterator[MimePart]:
    yield message()


def _properties(ole: "OleFileIO", path: tuple[str, ...], entry: object, kind: str) -> Properties:
    """Those of variable length are streams named by their id and type, in hexadecimal digits; the
    others are 16 bytes each of one stream, behind a header."""
    values: dict[int, Value] = {}
    for kid in _kids(entry):
        tag = kid.name.removeprefix(_VALUE)
        if kid.entry_type != _STREAM or tag == kid.name or len(tag) != 8:
            continue
        try:
            key, type_ = int(tag[:4], 16), int(tag[4:], 16)
        except ValueError:
            continue
        if type_ in (STRING8, UNICODE, BINARY):
            values[key] = Value(type_, partial(_read, ole, (*path, kid.name)))
    if any(kid.name == _TABLE for kid in _kids(entry)):
        table = _read(ole, (*path, _TABLE))
        for at in range(_TABLE_HEADERS[kind], len(table) - 15, 16):
            type_, key = struct.unpack_from("<HH", table, at)
            if type_ in (INTEGER, TIME):
                fixed = table[at + 8 : at + 16]
                values.setdefault(key, Value(type_, lambda fixed=fixed: fixed))  # type: ignore[misc]
    return Properties(values)


def _kids(entry: object) -> list[Any]:
    return list(getattr(entry, "kids", ()))


def _read(ole: "OleFileIO", path: tuple[str, ...]) -> bytes:
    try:
        with ole.openstream(list(path)) as stream:
            data = bytes(stream.read())
        size = ole.get_size(list(path))
    except _BROKEN as error:
        raise _told(error) from None
    if len(data) < size:  # olefile gives what there is
        raise _told(EOFError("a part of it is missing"))
    return data


def _told(error: Exception) -> DocumentError:
    return DocumentError(DocumentCode.PARSE_ERROR, f"the message is broken: {error}"[:300])
