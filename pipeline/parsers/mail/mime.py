"""E-mail taken apart: parts as slices of the message, found lazily and to a bounded depth.

The standard library's parser reads line by line, recursively and all of it; a mail may have a
thousand parts inside each other, or a hundred thousand beside each other. Here a part costs its
header, and only when somebody asks for it.
"""

import binascii
import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import NamedTuple

from gristmill.pipeline.parsers.mail.mime_words import header_text

MAX_DEPTH = 20
"""Parts inside parts; what is deeper is left out and said so."""

_MAX_HEADER_BYTES = 256 * 1024
_MAX_PARAMETERS_CHARS = 4_000
_END_OF_HEADER = re.compile(rb"\r?\n\r?\n|\r\r")
_HEADER_LINE = re.compile(rb"[!-9;-~]+[ \t]*:")
_BLANK_BEFORE_COLON = re.compile(rb"(?m)^([!-9;-~]{1,100})[ \t]+:")
_NO_HEADER_LINE = re.compile(rb"(?m)^(?![!-9;-~]+:|[ \t]|From )[^\n]*\n?")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


class MimePart(NamedTuple):
    """A part that holds no others, or a message. `path` are the types around it, outermost first.

    `too_deep` marks a container that is not looked into.
    """

    headers: "Message[str, str]"
    body: bytes
    media_type: str
    path: tuple[str, ...]
    too_deep: bool = False

    @property
    def filename(self) -> str | None:
        """The file name that the sender gave, decoded."""
        try:
            found = self.headers.get_filename()
        except (ValueError, LookupError, TypeError, IndexError, AttributeError):
            return None
        return header_text(found) or None if found else None

    @property
    def charset(self) -> str | None:
        return parameter(self.headers, "charset")

    @property
    def disposition(self) -> str:
        """`attachment`, `inline`, or empty."""
        return self.header("Content-Disposition").partition(";")[0].strip().lower()

    def header(self, name: str) -> str:
        """A header as text on one line; empty where there is none."""
        wanted = name.lower()
        found = (value for key, value in self.headers.raw_items() if key.lower() == wanted)
        return header_text(next(found, ""))

    def content(self) -> bytes:
        """The body with its transfer encoding undone; broken encodings as far as they go."""
        encoding = self.header("Content-Transfer-Encoding").lower()
        if encoding == "base64":
            return _from_base64(self.body)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
            return _from_uuencode(self.body)
        return self.body


def opened(data: bytes, path: tuple[str, ...] = ()) -> MimePart:
    """A message, or a part of one, as its header and its body."""
    start = 0
    while data[start : start + 1] in (b"\r", b"\n"):
        start += 1
    if path and start:
        header, body = b"", data[start:]  # a part without any header
    else:
        header, body = _split(data, start)
    headers = _bounded(BytesHeaderParser(policy=compat32).parsebytes(header))
    digest = path[-1:] == ("multipart/digest",)
    try:
        media_type = headers.get_content_type() if "Content-Type" in headers else ""
    except (ValueError, LookupError, TypeError, IndexError, AttributeError):
        media_type = ""
    return MimePart(
        headers, body, media_type or ("message/rfc822" if digest else "text/plain"), path
    )


def _bounded(headers: "Message[str, str]") -> "Message[str, str]":
    """The standard library's time for parameters is quadratic in their length."""
    for name in ("Content-Type", "Content-Disposition"):
        value = str(headers.get(name, ""))
        if len(value) > _MAX_PARAMETERS_CHARS:
            headers.replace_header(name, value[:_MAX_PARAMETERS_CHARS])
    return headers


def children(part: MimePart) -> Iterator[MimePart]:
    """The parts directly inside of a container, in order; nothing for any other part."""
    path = (*part.path, part.media_type)
    if len(path) > MAX_DEPTH:
        return
    if part.media_type == "message/rfc822":
        yield opened(part.content())._replace(path=path)
    elif boundary := parameter(part.headers, "boundary"):
        for piece in _pieces(part.body, boundary.encode("utf-8", "surrogateescape")):
            yield opened(piece, path)


def is_container(part: MimePart) -> bool:
    """Whether a part holds others: a multipart without a boundary is just its text."""
    if part.media_type == "message/rfc822":
        return True
    return part.media_type.startswith("multipart/") and bool(parameter(part.headers, "boundary"))


def leaves(part: MimePart) -> Iterator[MimePart]:
    """Every part that holds no others, in order, lazily. Messages inside are looked into; a
    container over MAX_DEPTH is yielded itself, marked."""
    stack: list[Iterator[MimePart]] = [iter((part,))]
    while stack:
        current = next(stack[-1], None)
        if current is None:
            stack.pop()
        elif not is_container(current):
            yield current
        elif len(current.path) >= MAX_DEPTH:
            yield current._replace(too_deep=True)
        else:
            stack.append(children(current))


def parameter(headers: "Message[str, str]", name: str) -> str | None:
    """A parameter of the Content-Type, or None."""
    try:
        found = headers.get_param(name)
    except (ValueError, LookupError, TypeError, IndexError, AttributeError):
        return None
    if isinstance(found, tuple):
        found = found[2]
    return header_text(found).strip() or None if isinstance(found, str) else None


def _split(data: bytes, start: int) -> tuple[bytes, bytes]:
    """Header and body. Where a line that is no header line comes first, the body begins there."""
    match = _END_OF_HEADER.search(data, start)
    end, body = (match.start(), match.end()) if match else (len(data), len(data))
    if end - start > _MAX_HEADER_BYTES:
        cut = data.rfind(b"\n", start, start + _MAX_HEADER_BYTES)
        end = cut if cut > start else start + _MAX_HEADER_BYTES
    first = data[start:end].partition(b"\n")[0]
    if not _HEADER_LINE.match(first) and not first.startswith(b"From "):
        return b"", data[start:]
    header = _BLANK_BEFORE_COLON.sub(rb"\1:", data[start:end])
    return _NO_HEADER_LINE.sub(b"", header) + b"\n\n", data[body:]


def _pieces(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """What is between the lines that a boundary begins (RFC 2046, 5.1.1). A last piece without
    its closing line counts: the mail was cut off."""
    mark = b"--" + boundary
    at = -1 if _is_mark(body, mark, 0) else _next_mark(body, mark, 0)
    while at is not None:
        after = at + 1 + len(mark)
        line_end = body.find(b"\n", after)
        if body[after : after + 2] == b"--" or line_end < 0:
            return
        at = _next_mark(body, mark, line_end)
        yield body[line_end + 1 : at].removesuffix(b"\r")


def _next_mark(body: bytes, mark: bytes, start: int) -> int | None:
    """Where the line end before the next boundary line is."""
    while (at := body.find(b"\n" + mark, start)) >= 0:
        if _is_mark(body, mark, at + 1):
            return at
        start = at + 1
    return None


def _is_mark(body: bytes, mark: bytes, at: int) -> bool:
    """A longer boundary, which begins with this one, is another's."""
    if not body.startswith(mark, at):
        return False
    rest = body[at + len(mark) : at + len(mark) + 70].partition(b"\n")[0].strip()
    return rest in (b"", b"--")


def _from_base64(body: bytes) -> bytes:
    clean = _NOT_BASE64.sub(b"", body)
    clean = clean[: len(clean) - (len(clean) % 4 == 1)]
    try:
        return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
    except binascii.Error:
        return body


def _from_uuencode(body: bytes) -> bytes:
    lines = iter(body.splitlines())
    for line in lines:
        if line.startswith(b"begin "):
            break
    parts: list[bytes] = []
    for line in lines:
        if line.strip() in (b"end", b"`"):
            break
        try:
            parts.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return b"".join(parts)
