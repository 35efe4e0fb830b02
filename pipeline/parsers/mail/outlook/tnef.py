"""TNEF ([MS-OXTNEF]): the `winmail.dat` in which Outlook and Exchange send a whole message.

The libraries that read it are under the LGPL. No length in it is trusted; checksums are not looked
at, for what they guard is read as far as it goes.
"""

import struct
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from gristmill.pipeline.parsers.mail.entities.mime import MimePart, made
from gristmill.pipeline.parsers.mail.outlook.mapi import (
    ATTACH_DATA,
    BINARY,
    BODY,
    STRING8,
    SUBJECT,
    UNICODE,
    Properties,
    Value,
    attachment_of,
    message_of,
)

SIGNATURE = b"\x78\x9f\x3e\x22"
MEDIA_TYPE = "application/ms-tnef"

_TYPES = frozenset({MEDIA_TYPE, "application/vnd.ms-tnef"})
_FROM, _SUBJECT, _SENT, _BODY, _DATA, _TITLE = 0x8000, 0x8004, 0x8005, 0x800C, 0x800F, 0x8010
_BEGIN, _PROPERTIES, _ATTACHED, _CODE_PAGE = 0x9002, 0x9003, 0x9005, 0x9007
_OBJECT, _MULTIPLE = 0x0D, 0x1000
_VARIABLE = frozenset({STRING8, UNICODE, BINARY, _OBJECT})
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x0A: 4, 0x0B: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8}
_SIZES |= {0x40: 8, 0x48: 16}
_MESSAGE_INTERFACE = bytes.fromhex("0703020000000000c000000000000046")
_MAX_VALUES = 10_000
_MAX_ATTACHMENTS = 2_048


class _Attachment(NamedTuple):
    title: bytes = b""
    data: bytes = b""
    properties: bytes = b""


class Tnef(NamedTuple):
    """The attributes of a message by their ids, and of what is attached to it; `is_cut` where it
    ends inside of one."""

    attributes: dict[int, bytes]
    attachments: list[_Attachment]
    is_cut: bool


def is_tnef(part: MimePart) -> bool:
    """Whether a part of a mail says that it is TNEF."""
    return part.media_type in _TYPES or (part.filename or "").lower() == "winmail.dat"


def parts(data: bytes) -> Iterator[MimePart]:
    """The bodies of the message and what is attached to it; nothing where this is no TNEF."""
    message = message_in(data)
    if message is not None and message.inner is not None:
        yield from message.inner()


def message_in(data: bytes) -> MimePart | None:
    """The whole message, None where this is no TNEF."""
    if not data.startswith(SIGNATURE):
        return None
    read = attributes_of(data)
    given = read.attributes
    page = int.from_bytes(given.get(_CODE_PAGE, b"")[:4], "little") or None
    values = _properties(given.get(_PROPERTIES, b""))
    for key, name in ((SUBJECT, _SUBJECT), (BODY, _BODY)):
        if name in given and key not in values:
            values[key] = Value(STRING8, lambda name=name: given[name])  # type: ignore[misc]
    extra = {"From": _sender(given.get(_FROM, b"")), "Date": _sent(given.get(_SENT, b""))}
    properties = Properties(values, page)
    return message_of(properties, lambda: (_part(each, page) for each in read.attachments), extra)


def attributes_of(data: bytes) -> Tnef:
    found: dict[int, bytes] = {}
    attached: list[_Attachment] = []
    at = len(SIGNATURE) + 2
    while at + 9 <= len(data):
        key, size = struct.unpack_from("<H2xI", data, at + 1)
        value = data[at + 9 : at + 9 + size]
        at += 9 + size + 2
        if key == _BEGIN:
            if len(attached) >= _MAX_ATTACHMENTS:
                return Tnef(found, attached, True)
            attached.append(_Attachment())
        elif key == _TITLE and attached:
            attached[-1] = attached[-1]._replace(title=value)
        elif key == _DATA and attached:
            attached[-1] = attached[-1]._replace(data=value)
        elif key == _ATTACHED and attached:
            attached[-1] = attached[-1]._replace(properties=value)
        else:
            found.setdefault(key, value)
    return Tnef(found, attached, at > len(data))


def _part(attached: _Attachment, page: int | None) -> MimePart:
    values = _properties(attached.properties)
    if attached.title and not {0x3707, 0x3704} & values.keys():
        values[0x3707] = Value(STRING8, lambda: attached.title)
    inside = values.get(ATTACH_DATA)
    if inside and inside.kind == _OBJECT:
        content = inside.load()
        if content.startswith(_MESSAGE_INTERFACE) and (message := message_in(content[16:])):
            return made("message/rfc822", bytes, inner=lambda: iter((message,)))
        return attachment_of(Properties(values, page), lambda: content[16:])
    data = attached.data or (inside.load() if inside else b"")
    return attachment_of(Properties(values, page), lambda: data)


def _properties(data: bytes) -> dict[int, Value]:
    """MsgProps, 2.1.3.4: a count, then each with its type, its id and its value or values, of
    which the first is taken."""
    found: dict[int, Value] = {}
    at = 4
    for _ in range(min(int.from_bytes(data[:4], "little"), _MAX_VALUES)):
        if at + 4 > len(data):
            break
        kind, key = struct.unpack_from("<HH", data, at)
        at += 4
        if key >= 0x8000:
            at = _after_name(data, at)
        value, following = _value(data, at, kind)
        if following is None:
            break
        found.setdefault(key, Value(kind & ~_MULTIPLE, lambda value=value: value))  # type: ignore[misc]
        at = following
    return found


def _after_name(data: bytes, at: int) -> int:
    """Behind the GUID and the number or text that a named property has."""
    kind, size = struct.unpack_from("<II", data[at + 16 : at + 24].ljust(8, b"\0"))
    return at + 24 + (size + -size % 4 if kind else 0)


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int | None]:
    """A value, and where it ends: None where it is of no known type, or cut off."""
    bare = kind & ~_MULTIPLE
    if bare not in _VARIABLE and bare not in _SIZES:
        return b"", None
    count = 1
    if kind & _MULTIPLE or bare in _VARIABLE:
        count = int.from_bytes(data[at : at + 4], "little")
        at += 4
    first = b""
    for number in range(count):
        if bare in _VARIABLE:
            size = int.from_bytes(data[at : at + 4], "little")
            at += 4
        else:
            size = _SIZES[bare]
        if at + size > len(data):
            return b"", None
        first = data[at : at + size] if number == 0 else first
        at += size + -size % 4
    return first, at


def _sender(data: bytes) -> str:
    """A TRP structure: a name, then an address such as `SMTP:a@mill.example`."""
    if len(data) < 8:
        return ""
    name_size, address_size = struct.unpack_from("<HH", data, 4)
    name = data[8 : 8 + name_size].partition(b"\0")[0].decode("latin-1")
    address = data[8 + name_size : 8 + name_size + address_size].partition(b"\0")[0]
    bare = address.decode("latin-1").rpartition(":")[2]
    return f"{name} <{bare}>" if name and "@" in bare and name != bare else name or bare


def _sent(data: bytes) -> str:
    try:
        year, month, day, hour, minute, second = struct.unpack_from("<6H", data)
        return datetime(year, month, day, hour, minute, second).strftime("%d %b %Y %H:%M:%S -0000")
    except (struct.error, ValueError):
        return ""
