"""Documents inside of an Office document: chunks of other formats that a program left there, and
embedded files. Each is read by the parser of its own bytes."""

import email
import email.policy
from contextlib import suppress
from email.message import EmailMessage

import msgspec

from gristmill.pipeline.detecting.detect import detect
from gristmill.pipeline.parsing import parsed_by, told
from gristmill.pipeline.registry import parser_for
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.pipeline.unpacking.compound import GENERIC, open_compound
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

_MOST = 20
_DEEPEST = 2
_SHARE = 4  # a document inside may inflate to this part of what its parent may
_MAIL = "message/rfc822"
_STREAMS = ("Package", "CONTENTS", "\x01Ole10Native")


class NestedDocuments:
    """The documents inside of one; no more than 20, two deep, for what is small when packed may
    be a document in a document in a document."""

    def __init__(self, limits: Limits) -> None:
        depth = min(limits.max_nesting - 1, _DEEPEST)
        self._depth = depth
        self._limits = msgspec.structs.replace(
            limits,
            max_nesting=max(depth, 0),
            max_inflated_bytes=limits.max_inflated_bytes // _SHARE,
        )
        self._read = 0

    def read(self, data: bytes, name: str, claimed: str | None = None) -> Parsed:
        """What is inside. Raises DocumentError, `unsupported` for what has no parser and for
        what is one too many."""
        self._read += 1
        if self._read > _MOST or self._depth < 1:
            raise DocumentError(
                DocumentCode.UNSUPPORTED, "there are too many documents inside of each other"
            )
        if not data.strip():
            raise DocumentError(DocumentCode.EMPTY, "it is empty")
        with told():
            parsed = self._parsed(data, name, claimed)
        left = self._limits.max_text_chars - sum(len(block.text) for block in parsed.blocks)
        self._limits = msgspec.structs.replace(self._limits, max_text_chars=max(left, 0))
        return parsed

    def _parsed(self, data: bytes, name: str, claimed: str | None) -> Parsed:
        kind = detect(data, name, claimed)
        if kind == GENERIC:
            data = _packaged(data)
            kind = detect(data)
        if kind == _MAIL:
            data, kind = _page_of(data), "text/html"
        parser = parser_for(kind)
        if parser is None or len(data) > self._limits.max_document_bytes:
            raise DocumentError(DocumentCode.UNSUPPORTED, f"no parser for {kind}")
        return parsed_by(parser, Blob(data, name, claimed), self._limits)


def _page_of(data: bytes) -> bytes:
    """The page of a web archive (MHT), as UTF-8, else the text of a mail."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "text/plain", "application/xhtml+xml"):
            content = part.get_payload(decode=True)
            charset = str(part.get_content_charset() or "")
            if isinstance(content, bytes):
                with suppress(LookupError, ValueError):
                    content = b"\xef\xbb\xbf" + content.decode(charset, "replace").encode()
                return content
    raise DocumentError(DocumentCode.UNSUPPORTED, "the web archive has no page")


def _packaged(data: bytes) -> bytes:
    """The file that an OLE object is a wrapping of ([MS-OLEDS], 2.3.6)."""
    with open_compound(data) as compound:
        for name in _STREAMS:
            content = compound.read(name)
            if name == _STREAMS[-1]:
                content = _native(content)
            if content:
                return content
    raise DocumentError(DocumentCode.UNSUPPORTED, "the object is of a kind that is not read")


def _native(stream: bytes) -> bytes:
    """What a packaged file's stream has after its names: length, flags, label, path, more."""
    at = 6
    for _ in range(2):
        at = stream.find(b"\0", at) + 1
        if at <= 0:
            return b""
    at += 4
    named = int.from_bytes(stream[at : at + 4], "little")
    at += 4 + named
    size = int.from_bytes(stream[at : at + 4], "little")
    return stream[at + 4 : at + 4 + size]
