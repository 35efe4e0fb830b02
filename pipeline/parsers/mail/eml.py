"""E-mail: who, when and about what, then the best body; messages inside as sections."""

import codecs
import re
from collections.abc import Iterator, Sequence
from typing import Any

from gristmill.pipeline.decoding import decode
from gristmill.pipeline.parsers.mail.mime import MimePart, children, is_container, opened
from gristmill.pipeline.parsers.mail.mime_words import header_date
from gristmill.pipeline.parsers.markup import htmldoc
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError

media_types = ("message/rfc822",)
version = "2"

_MAX_PARTS = 1_000
_MAX_LISTED = 100
_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_KEPT = {"From": "author", "To": "to", "Cc": "cc", "Message-ID": "message_id"}
_TEXTS = frozenset({"text/plain", "text/html", "text/enriched", "text/rfc822-headers"})
_REPORTS = frozenset({"message/delivery-status", "message/disposition-notification"})
_PREAMBLE_CHARS = 64 * 1024
_ENRICHED = re.compile(r"</?[A-Za-z-]{1,60}>")


def parse(blob: Blob, limits: Limits) -> Parsed:
    """The subject is the title and a heading. Attachments are named in the metadata, at most
    100 of them; they are documents of their own (`members`).

    Raises DocumentError `parse_error` for bytes that are no mail, `empty` for blank ones.
    """
    message = opened(as_bytes(blob.data))
    if not blob.data.strip():
        raise DocumentError(DocumentCode.EMPTY, "the mail is blank")
    if not message.headers.keys():
        raise DocumentError(DocumentCode.PARSE_ERROR, "the mail has no header")
    reading = Reading(limits)
    blocks = tuple(reading.message(message, 1))
    return Parsed(blocks, message.header("Subject") or None, reading.metadata(message))


def as_bytes(data: bytes) -> bytes:
    """A mail that somebody saved as UTF-16 as the bytes that it came in."""
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or b"\x00" in data[:2]:
        return decode(data).text.encode("utf-8")
    return data


class Reading:
    """One mail, or one of a mailbox, on its way to blocks. Counts parts against a limit."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._parts = 0
        self.attachments: list[str] = []
        self.notes: list[str] = []

    def metadata(self, message: MimePart) -> dict[str, Any]:
        """JSON-able: author, to, cc, message_id, date, attachments, and what is damaged."""
        found: dict[str, Any] = {
            ours: text for theirs, ours in _KEPT.items() if (text := message.header(theirs))
        }
        if written := message.header("Date"):
            moment = header_date(written)
            found["date"] = moment.isoformat() if moment else written
        if self.attachments:
            found["attachments"] = self.attachments[:_MAX_LISTED]
        if self.notes:
            found["damaged"] = "; ".join(dict.fromkeys(self.notes))[:1_000]
        return found

    def message(self, message: MimePart, level: int) -> Iterator[Block]:
        """Subject, readable header lines, and the body."""
        if subject := message.header("Subject"):
            yield Block(BlockKind.HEADING, subject, level)
        lines = [f"{name}: {text}" for name in _SHOWN if (text := message.header(name))]
        yield Block(BlockKind.LIST, "\n".join(lines))
        yield from self._part(message, level)

    def _part(self, part: MimePart, level: int) -> Iterator[Block]:
        self._parts += 1
        if self._parts > _MAX_PARTS:
            return
        if part.media_type == "message/rfc822":
            for inner in children(part):
                yield from self.message(inner, level + 1)
        elif is_container(part):
            yield from self._multipart(part, level)
        elif is_body(part):
            yield from self._body(part, level)
        else:
            self.attachments.append(part.filename or part.media_type)

    def _multipart(self, part: MimePart, level: int) -> Iterator[Block]:
        inner = self._inner(part)
        if part.media_type == "multipart/alternative":
            yield from self._best(inner, level)
        elif inner:
            if part.media_type == "multipart/encrypted":
                self.notes.append("the body is encrypted")
            for each in inner:
                yield from self._part(each, level)
        else:
            self.notes.append("parts are missing, or nested too deeply")
            text, _ = _decoded(part.body[:_PREAMBLE_CHARS], None)
            yield Block(BlockKind.TEXT, text)

    def _inner(self, part: MimePart) -> list[MimePart]:
        inner: list[MimePart] = []
        for each in children(part):
            inner.append(each)
            if len(inner) > _MAX_PARTS:
                self.notes.append(f"over {_MAX_PARTS} parts; the body is from the first of them")
                break
        return inner

    def _best(self, inner: Sequence[MimePart], level: int) -> Iterator[Block]:
        """The plain one, unless it says nothing; else the first of the others that has text."""
        ordered = sorted(inner, key=lambda part: part.media_type != "text/plain")
        chosen = False
        for part in ordered:
            if chosen and is_body(part):
                continue
            blocks = list(self._part(part, level))
            if not chosen or not is_container(part):
                yield from blocks
            chosen = chosen or any(block.text.strip() for block in blocks)

    def _body(self, part: MimePart, level: int) -> Iterator[Block]:
        text, complete = _decoded(part.content(), part.charset)
        if not complete:
            self.notes.append(f"a part of {part.media_type} is no text")
        if part.media_type == "text/html":
            yield from self._html(text, level)
        elif part.media_type == "text/enriched":
            yield Block(BlockKind.TEXT, _ENRICHED.sub("", text))
        else:
            yield Block(BlockKind.TEXT, text)

    def _html(self, text: str, level: int) -> Iterator[Block]:
        """Through the reader of pages; its headings go below the subject."""
        try:
            parsed = htmldoc.parse(Blob(text.encode("utf-8", "replace")), self._limits)
        except DocumentError as error:
            if error.document_code != DocumentCode.EMPTY:
                self.notes.append(f"the HTML part: {error.message}")
            return
        for block in parsed.blocks:
            lower = block.kind is BlockKind.HEADING
            yield block._replace(level=block.level + level) if lower else block


def is_body(part: MimePart) -> bool:
    """Whether a part is a text of the mail itself, and no document that came with it."""
    if part.media_type in _REPORTS:
        return True
    if part.media_type not in _TEXTS:
        return False
    return part.disposition != "attachment" and part.filename is None


def _decoded(data: bytes, charset: str | None) -> tuple[str, bool]:
    """The text, and whether it is one."""
    try:
        return decode(data, charset).text, True
    except DocumentError:
        return data.decode("latin-1"), False
