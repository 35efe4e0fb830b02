"""One message on its way to blocks: its header lines, its bodies, what is attached by name."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from gristmill.pipeline.parsers.mail.entities.body_text import body_text
from gristmill.pipeline.parsers.mail.entities.mime import MimePart
from gristmill.pipeline.parsers.mail.entities.mime_words import header_date
from gristmill.pipeline.parsers.mail.message import bodies, smime
from gristmill.pipeline.parsers.mail.message.alternatives import Version, best
from gristmill.pipeline.parsers.mail.message.nesting import children, is_container, is_wrapping
from gristmill.pipeline.shapes import Block, BlockKind, Limits
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode

_MAX_PARTS = 1_000
_MAX_LISTED = 100
_MAX_WARNINGS = 100
_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_KEPT = {"From": "author", "To": "to", "Cc": "cc", "Message-ID": "message_id"}
_PREAMBLE_CHARS = 64 * 1024
_HEADER_CELL = re.compile(rb"<th[\s>]", re.IGNORECASE)


class Reading:
    """One mail, or one of a mailbox. Counts parts against a limit.

    `is_encrypted` where a body is, `has_body` where another one says anything.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._parts = 0
        self._said: dict[tuple[WarningCode, str], int] = {}
        self.attachments: list[str] = []
        self.is_encrypted = self.has_body = False

    @property
    def warnings(self) -> tuple[DocumentWarning, ...]:
        """What could not be read, each once with how often."""
        return tuple(DocumentWarning(*said, count=count) for said, count in self._said.items())

    def metadata(self, message: MimePart) -> dict[str, Any]:
        """JSON-able: author, to, cc, message_id, date, attachments."""
        found: dict[str, Any] = {
            ours: text for theirs, ours in _KEPT.items() if (text := message.header(theirs))
        }
        if written := message.header("Date"):
            moment = header_date(written)
            found["date"] = moment.isoformat() if moment else written
        if self.attachments:
            found["attachments"] = self.attachments[:_MAX_LISTED]
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
        if is_wrapping(part):
            yield from self._wrapping(part, level)
        elif part.media_type == "message/rfc822":
            for inner in children(part):
                yield from self.message(inner, level + 1)
        elif is_container(part):
            yield from self._multipart(part, level)
        elif bodies.is_body(part):
            yield from self._body(part, level)
        elif not bodies.is_other_version(part):
            self.attachments.append(part.filename or part.media_type)

    def _wrapping(self, part: MimePart, level: int) -> Iterator[Block]:
        inner = self._inner(part)
        for each in inner:
            yield from self._part(each, level)
        if inner:
            return
        if smime.is_smime(part) and smime.is_encrypted(part.content()):
            self._encrypted()
        else:
            self.attachments.append(part.filename or part.media_type)
            self._note(WarningCode.PART_UNREADABLE, f"the part {part.media_type} cannot be opened")

    def _multipart(self, part: MimePart, level: int) -> Iterator[Block]:
        inner = self._inner(part)
        if part.media_type == "multipart/alternative":
            yield from self._best(inner, level)
        elif inner:
            if part.media_type == "multipart/encrypted":
                self._encrypted()
            for each in inner:
                yield from self._part(each, level)
        elif part.inner is None:
            self._note(
                WarningCode.CONTENT_CUT, "parts of the mail are missing, or nested too deeply"
            )
            text, _ = body_text(part.body[:_PREAMBLE_CHARS], None)
            yield Block(BlockKind.TEXT, text)

    def _inner(self, part: MimePart) -> list[MimePart]:
        inner: list[MimePart] = []
        for each in children(part):
            inner.append(each)
            if len(inner) > _MAX_PARTS:
                message = f"the mail has over {_MAX_PARTS} parts; its body is from the first"
                self._note(WarningCode.CONTENT_CUT, message)
                break
        return inner

    def _best(self, inner: Sequence[MimePart], level: int) -> Iterator[Block]:
        """The best version of the text, then what is no version of it, such as an invitation."""
        versions: list[Version] = []
        others: list[Block] = []
        for part in inner:
            blocks = list(self._part(part, level))
            if bodies.is_data(part):
                others += blocks
            else:
                is_plain = part.media_type == "text/plain"
                versions.append(Version(is_plain, blocks, _has_table(part)))
        if chosen := best(versions):
            yield from chosen.blocks
        yield from others

    def _body(self, part: MimePart, level: int) -> Iterator[Block]:
        for said in bodies.blocks_of(part, level, self._limits):
            if isinstance(said, DocumentWarning):
                self._note(said.code, said.message)
            else:
                self.has_body = self.has_body or bool(said.text.strip())
                yield said

    def _encrypted(self) -> None:
        self.is_encrypted = True
        self._note(WarningCode.PART_UNREADABLE, "the text of the mail is encrypted")

    def _note(self, code: WarningCode, message: str) -> None:
        if (code, message) in self._said or len(self._said) < _MAX_WARNINGS:
            self._said[code, message] = self._said.get((code, message), 0) + 1


def _has_table(part: MimePart) -> bool:
    """Quoted-printable leaves such tags as they are; what is in base64 has to be undone."""
    raw = part.content() if part.media_type == "text/html" else part.body
    return bool(_HEADER_CELL.search(raw))
