"""Signed messages in one opaque block (RFC 8551, 3.5.2): the content inside of the CMS structure.

Nothing is verified. Of BER only what leads to the content is read, which no library is needed for;
those that decode ASN.1 build every certificate as well, and nest as deeply as they are told to.
"""

import binascii
import re
from collections.abc import Iterator
from typing import NamedTuple

from gristmill.pipeline.parsers.mail.entities.mime import MimePart

MEDIA_TYPE = "application/pkcs7-mime"

_TYPES = frozenset({MEDIA_TYPE, "application/x-pkcs7-mime"})
_PKCS7 = bytes.fromhex("2a864886f70d0107")  # 1.2.840.113549.1.7
_SIGNED, _ENVELOPED = _PKCS7 + b"\x02", _PKCS7 + b"\x03"
_AUTH_ENVELOPED = bytes.fromhex("2a864886f70d0109100117")
_COMPRESSED = bytes.fromhex("2a864886f70d0109100109")
_SEQUENCE, _OCTETS, _CHUNKED_OCTETS, _FIRST = 0x30, 0x04, 0x24, 0xA0
_PEM = re.compile(rb"-----[A-Z0-9 ]{1,60}-----")
_MIME_HEADER = re.compile(rb"(?i)\s{0,10}(?:content-[a-z-]{1,40}|mime-version)[ \t]*:")
_MAX_DEPTH = 8
_HEAD_BYTES = 32


class _Element(NamedTuple):
    """`start` and `end` of the content; an `end` of -1 is where its end-of-contents mark is."""

    tag: int
    start: int
    end: int


def is_smime(part: MimePart) -> bool:
    """Whether a part of a mail says that it is S/MIME in one block."""
    return part.media_type in _TYPES and part.parameter("smime-type") != "certs-only"


def looks_like_cms(data: bytes) -> bool:
    """Whether bytes begin as signed or encrypted CMS data do."""
    head = data[:_HEAD_BYTES]
    return head[:1] == b"\x30" and any(
        b"\x06" + bytes([len(kind)]) + kind in head
        for kind in (_SIGNED, _ENVELOPED, _AUTH_ENVELOPED)
    )


def as_der(data: bytes) -> bytes:
    """The bytes of a file that may be in base64, with the lines of PEM around it or not."""
    if data[:1] == b"\x30":
        return data
    inner = _PEM.sub(b"", data)
    try:
        return binascii.a2b_base64(inner)
    except binascii.Error:
        return data


def looks_like_mime(content: bytes) -> bool:
    """Whether signed content is a mail, and no other file."""
    return _MIME_HEADER.match(content) is not None


def is_encrypted(data: bytes) -> bool:
    return any(kind in data[:_HEAD_BYTES] for kind in (_ENVELOPED, _AUTH_ENVELOPED))


def signed_content(data: bytes) -> bytes | None:
    """What was signed; None where it is not in here, or cannot be read."""
    try:
        at = _into(data, 0, _SEQUENCE)
        kind, at = _passed(data, at)
        if data[kind.start : kind.end] != _SIGNED:
            return None
        at = _into(data, _into(data, at, _FIRST), _SEQUENCE)  # [0] EXPLICIT SignedData
        for _ in range(2):  # the version, and the algorithms of the digests
            _, at = _passed(data, at)
        at = _into(data, at, _SEQUENCE)  # EncapsulatedContentInfo
        _, at = _passed(data, at)
        at = _into(data, at, _FIRST)
        return b"".join(_octets(data, at, 0))
    except (IndexError, ValueError):
        return None


def _into(data: bytes, at: int, tag: int) -> int:
    """Where the content of the element at `at` begins. Raises ValueError for another one."""
    element = _element(data, at)
    if element.tag != tag:
        raise ValueError("another element")
    return element.start


def _passed(data: bytes, at: int, depth: int = 0) -> tuple[_Element, int]:
    """The element at `at`, and what comes after it."""
    element = _element(data, at)
    if element.end >= 0:
        return element, element.end
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deeply")
    at = element.start
    while data[at : at + 2] != b"\0\0":
        _, at = _passed(data, at, depth + 1)
    return element._replace(end=at), at + 2


def _element(data: bytes, at: int) -> _Element:
    """Raises IndexError at the end, ValueError for a length that leads out of the data."""
    tag, length = data[at], data[at + 1]
    start = at + 2
    if length == 0x80:
        return _Element(tag, start, -1)
    if length > 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    if start + length > len(data):
        raise ValueError("it ends too early")
    return _Element(tag, start, start + length)


def _octets(data: bytes, at: int, depth: int) -> Iterator[bytes]:
    """The string at `at`, which may be in pieces."""
    element = _element(data, at)
    if element.tag == _OCTETS and element.end >= 0:
        yield data[element.start : element.end]
        return
    if element.tag != _CHUNKED_OCTETS or depth > _MAX_DEPTH:
        raise ValueError("no string")
    at, end = element.start, element.end
    while at < end or (end < 0 and data[at : at + 2] != b"\0\0"):
        yield from _octets(data, at, depth + 1)
        _, at = _passed(data, at)
