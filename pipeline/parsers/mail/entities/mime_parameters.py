"""Parameters of a header field: names of files, charsets, boundaries, in all the ways that mailers
write what is not ASCII."""

import re
from collections.abc import Iterator
from email.message import Message
from typing import Any
from urllib.parse import unquote_to_bytes

from gristmill.pipeline.parsers.mail.entities.mime_words import header_text
from gristmill.pipeline.unpacking.code_pages import names_of

_MAX_CHARS = 4_000  # the standard library's time for parameters is quadratic in their length
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_C1 = re.compile("[\x80-\x9f]")  # in no name: there the charset is a lie
_BLANKS = re.compile(r"\s+")
_BROKEN = (ValueError, LookupError, TypeError, IndexError, AttributeError)


def parameter(headers: "Message[str, str]", name: str) -> str | None:
    """A parameter of the Content-Type, or None."""
    for raw, charset in _values(headers, "Content-Type", name):
        if text := header_text(_text(raw, charset)).strip():
            return text
    return None


def file_name(headers: "Message[str, str]") -> str | None:
    """The file name that the sender gave: of the Content-Disposition, else of the Content-Type."""
    for field, name in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        for raw, charset in _values(headers, field, name):
            text = _text(raw, charset)
            if charset is None and _PERCENT.search(text):
                text = _without_percents(text)
            if text := _BLANKS.sub(" ", header_text(text)).strip():
                return text
    return None


def _values(
    headers: "Message[str, str]", field: str, name: str
) -> Iterator[tuple[bytes, str | None]]:
    """The bytes of a parameter with their charset: None where the plain form gave none. The form
    of RFC 2231 goes first, as RFC 6266, 4.3, has it: the other is for old readers."""
    wanted = field.lower()
    value = next((str(v) for key, v in headers.raw_items() if key.lower() == wanted), "")
    single = Message()  # bytes as letters of Latin-1: a surrogate would make it refuse the value
    raw = value[:_MAX_CHARS].encode("utf-8", "surrogateescape")
    single["X"] = raw.decode("latin-1")
    try:
        pairs: list[tuple[str, Any]] = list(single.get_params(header="X") or [])
        given = [each for key, each in pairs[:100] if key.lower() == name]
    except _BROKEN:
        return
    for each in sorted(given, key=lambda each: not isinstance(each, tuple)):
        if isinstance(each, tuple):
            yield each[2].encode("latin-1", "replace"), each[0] or ""
        else:
            yield each.encode("latin-1", "replace"), None


def _text(raw: bytes, charset: str | None) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = raw.decode(charset or "ascii")
    except (UnicodeDecodeError, LookupError, ValueError):
        text = "\x80"
    if not _C1.search(text):
        return text
    return names_of([raw])[0]


def _without_percents(text: str) -> str:
    """Some mailers write URLs' way of UTF-8 into a plain parameter."""
    try:
        decoded = unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError:
        return text
    return text if decoded.isascii() else decoded
