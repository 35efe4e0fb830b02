"""E-mail taken apart: parts as slices of the message, found lazily and to a bounded depth.

The standard library's parser reads line by line, recursively and all of it; a mail may have a
thousand parts inside each other, or a hundred thousand beside each other. Here a part costs its
header, and only when somebody asks for it.
"""

import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import NamedTuple

from gristmill.pipeline.parsers.mail.entities.mime_parameters import file_name, parameter
from gristmill.pipeline.parsers.mail.entities.mime_words import header_text

_MAX_HEADER_BYTES = 256 * 1024
_MAX_PARAMETERS_CHARS = 4_000
_END_OF_HEADER = re.compile(rb"\r?\n\r?\n|\r\r")
_HEADER_LINE = re.compile(rb"[!-9;-~]+[ \t]*:")
_BLANK_BEFORE_COLON = re.compile(rb"(?m)^([!-9;-~]{1,100})[ \t]+:")
_NO_HEADER_LINE = re.compile(rb"(?m)^(?![!-9;-~]+:|[ \t]|From )[^\n]*\n?")
_SOFT_LINE_END = re.compile(rb"=[ \t]{0,76}(?:\r\n|\n|\r(?!\n))")
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


class MimePart(NamedTuple):
    """A part that holds no others, or a message. `path` are the types around it, outermost first.

    `too_deep` marks a container that is not looked into. A part that no slice of a message holds
    (of TNEF, of an Outlook file) has `load` for its content, or `inner` for the parts in it.
    """

    headers: "Message[str, str]"
    body: bytes
    media_type: str
    path: tuple[str, ...]
    too_deep: bool = False
    load: Callable[[], bytes] | None = None
    inner: "Callable[[], Iterator[MimePart]] | None" = None

    @property
    def filename(self) -> str | None:
        """The file name that the sender gave, decoded."""
        return file_name(self.headers)

    @property
    def charset(self) -> str | None:
        return self.parameter("charset")

    def parameter(self, name: str) -> str | None:
        """A parameter of the Content-Type, or None."""
        return parameter(self.headers, name)

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
        if self.load is not None:
            return self.load()
        encoding = self.header("Content-Transfer-Encoding").partition(";")[0].strip().lower()
        if encoding == "base64":
            return _from_base64(self.body)
        if encoding == "quoted-printable":
            return _from_quoted_printable(self.body)
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


def made(
    media_type: str,
    load: Callable[[], bytes],
    *,
    name: str = "",
    charset: str = "",
    headers: Mapping[str, str] | None = None,
    inner: "Callable[[], Iterator[MimePart]] | None" = None,
) -> MimePart:
    """A part that no bytes of a message stand for. One with a `name` is an attachment."""
    written: Message[str, str] = Message()
    for key, value in (headers or {}).items():
        written[key] = value
    written["Content-Type"] = media_type + (f'; charset="{charset}"' if charset else "")
    if name:
        quoted = _CONTROL.sub("", name).replace("\\", "\\\\").replace('"', '\\"')
        written["Content-Disposition"] = f'attachment; filename="{quoted}"'
    return MimePart(written, b"", media_type, (), load=load, inner=inner)


def _bounded(headers: "Message[str, str]") -> "Message[str, str]":
    """The standard library's time for parameters is quadratic in their length."""
    for name in ("Content-Type", "Content-Disposition"):
        value = str(headers.get(name, ""))
        if len(value) > _MAX_PARAMETERS_CHARS:
            headers.replace_header(name, value[:_MAX_PARAMETERS_CHARS])
    return headers


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


def pieces(body: bytes, boundary: bytes) -> Iterator[bytes]:
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


def _from_quoted_printable(body: bytes) -> bytes:
    """Blanks that a gateway put after a soft line end would make a hard one of it, and a `=`
    before a bare CR would take the rest of the line."""
    if b"=" not in body:
        return body
    return binascii.a2b_qp(_SOFT_LINE_END.sub(b"=\n", body))


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
