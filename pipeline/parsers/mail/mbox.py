"""Mailboxes (mbox): each message is a section under its subject."""

import re
from collections.abc import Iterator
from typing import Any

from gristmill.pipeline.parsers.mail.entities.mime import opened
from gristmill.pipeline.parsers.mail.message.reading import Reading
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode
from gristmill.schemas.problems.errors import DocumentError

media_types = ("application/mbox",)
version = "3"

_QUOTED = re.compile(rb"(?m)^>(>*From )")
_LISTED = 100


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Raises DocumentError `too_large` over `limits.max_members` messages or too much text."""
    blocks: list[Block] = []
    attachments: list[str] = []
    said: dict[tuple[WarningCode, str], int] = {}
    room = limits.max_text_chars
    count = 0
    for count, data in enumerate(messages(blob.data), 1):
        if count > limits.max_members:
            raise DocumentError(
                DocumentCode.TOO_LARGE, f"the mailbox has over {limits.max_members} messages"
            )
        reading = Reading(limits)
        message = opened(data)
        if not message.header("Subject"):
            blocks.append(Block(BlockKind.HEADING, f"Message {count}", 1))
        found = list(reading.message(message, 1))
        room -= sum(len(block.text) for block in found)
        if room < 0:
            raise DocumentError(DocumentCode.TOO_LARGE, "the mailbox has too much text")
        blocks.extend(found)
        for warning in reading.warnings if len(said) < _LISTED else ():
            key = (warning.code, warning.message)
            said[key] = said.get(key, 0) + warning.count
        attachments.extend(reading.attachments[: _LISTED - len(attachments)])
    metadata: dict[str, Any] = {"messages": count}
    if attachments:
        metadata["attachments"] = attachments
    warnings = [DocumentWarning(*key, count=count) for key, count in said.items()]
    return Parsed(tuple(blocks), None, metadata, warnings=warnings)


def messages(data: bytes) -> Iterator[bytes]:
    """The messages in order, without the `From ` lines before them and the quoting of such lines
    in their texts. A `From ` line counts after a blank line, or at the beginning."""
    start = 0 if data.startswith(b"From ") else -1
    while start >= 0:
        body = data.find(b"\n", start) + 1
        if body == 0:
            return
        following = _next(data, body)
        message = data[body : following if following >= 0 else len(data)]
        yield _QUOTED.sub(rb"\1", message) if b"\n>" in message else message
        start = following


def _next(data: bytes, start: int) -> int:
    """Where the next `From ` line begins, or -1."""
    while (at := data.find(b"\nFrom ", start)) >= 0:
        if data[at - 1 : at] == b"\n" or data[at - 2 : at] == b"\n\r":
            return at + 1
        start = at + 1
    return -1
