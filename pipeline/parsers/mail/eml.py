"""E-mail: who, when and about what, then the best body; messages inside as sections."""

import codecs

from gristmill.pipeline.decoding import decode
from gristmill.pipeline.parsers.mail.entities.mime import MimePart, opened
from gristmill.pipeline.parsers.mail.message.reading import Reading
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

media_types = ("message/rfc822",)
version = "3"


def parse(blob: Blob, limits: Limits) -> Parsed:
    """The subject is the title and a heading. Attachments are named in the metadata, at most
    100 of them; they are documents of their own (`members`).

    Raises DocumentError `parse_error` for bytes that are no mail, `empty` for blank ones,
    `encrypted` where nobody can read the body without a key.
    """
    message = opened(as_bytes(blob.data))
    if not blob.data.strip():
        raise DocumentError(DocumentCode.EMPTY, "the mail is blank")
    if not message.headers.keys():
        raise DocumentError(DocumentCode.PARSE_ERROR, "the mail has no header")
    return document_of(message, limits)


def document_of(message: MimePart, limits: Limits) -> Parsed:
    """A message as a document. Raises DocumentError `encrypted`."""
    reading = Reading(limits)
    blocks = tuple(reading.message(message, 1))
    if reading.is_encrypted and not reading.has_body:
        raise DocumentError(DocumentCode.ENCRYPTED, "the mail is encrypted; export it decrypted")
    metadata = reading.metadata(message)
    title = message.header("Subject") or None
    return Parsed(blocks, title, metadata, warnings=reading.warnings)


def as_bytes(data: bytes) -> bytes:
    """A mail that somebody saved as UTF-16 as the bytes that it came in."""
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or b"\x00" in data[:2]:
        return decode(data).text.encode("utf-8")
    return data
