"""Parts that are a text of the mail itself, each read as its type has it."""

import re
from collections.abc import Iterator

from gristmill.pipeline.parsers.mail.cards import ics, vcf
from gristmill.pipeline.parsers.mail.entities.body_text import body_text, unflowed
from gristmill.pipeline.parsers.mail.entities.mime import MimePart
from gristmill.pipeline.parsers.markup import htmldoc
from gristmill.pipeline.parsers.office.rtf import rtf
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed, Parser
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode
from gristmill.schemas.problems.errors import DocumentError

_PARSERS: dict[str, Parser] = {
    "text/html": htmldoc.parse,
    "text/rtf": rtf.parse,
    "text/calendar": ics.parse,
    "text/vcard": vcf.parse,
    "text/x-vcard": vcf.parse,
}
_DATA = frozenset({"text/calendar", "text/vcard", "text/x-vcard"})
_TEXTS = frozenset({"text/plain", "text/enriched", "text/rfc822-headers", *_PARSERS})
_REPORTS = frozenset({"message/delivery-status", "message/disposition-notification"})
_OTHER_VERSIONS = frozenset({"text/x-amp-html", "text/watch-html"})
_SIGNATURES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
_ENRICHED = re.compile(r"</?[A-Za-z-]{1,60}>")


def is_body(part: MimePart) -> bool:
    """Whether a part is a text of the mail itself, and no document that came with it."""
    if part.media_type in _REPORTS:
        return True
    if part.media_type not in _TEXTS:
        return False
    return part.disposition != "attachment" and part.filename is None


def is_data(part: MimePart) -> bool:
    """Whether a part among versions of a text is none of them: an invitation, a visiting card."""
    return part.media_type in _DATA


def is_other_version(part: MimePart) -> bool:
    """Whether a part only says again, for some programs, what another one says."""
    return part.media_type in _OTHER_VERSIONS and "multipart/alternative" in part.path[-1:]


def is_no_document(part: MimePart) -> bool:
    """Whether a part beside the bodies is none that anybody would want to read: a signature, the
    shell of an encrypted mail, a picture that belongs to the page as logos do."""
    around = part.path[-1:]
    if part.media_type in _SIGNATURES or "multipart/encrypted" in around:
        return True
    inline = part.media_type.startswith("image/") and part.disposition != "attachment"
    return (inline and "multipart/related" in part.path) or is_other_version(part)


def blocks_of(part: MimePart, level: int, limits: Limits) -> Iterator[Block | DocumentWarning]:
    """The blocks of a body, and what could not be read of it. Headings go below `level`."""
    content = part.content()
    if part.media_type == "text/rtf":
        yield from _parsed(part, content, level, limits)
        return
    text, is_text = body_text(content, part.charset)
    if not is_text:
        yield DocumentWarning(
            WarningCode.TEXT_GARBLED, f"a part that says it is {part.media_type} is no text"
        )
    if part.media_type in _PARSERS:
        yield from _parsed(part, text.encode("utf-8", "replace"), level, limits)
    elif part.media_type == "text/enriched":
        yield Block(BlockKind.TEXT, _ENRICHED.sub("", text))
    elif (part.parameter("format") or "").lower() == "flowed":
        delete_space = (part.parameter("delsp") or "").lower() == "yes"
        yield Block(BlockKind.TEXT, unflowed(text, delete_space))
    else:
        yield Block(BlockKind.TEXT, text)


def _parsed(
    part: MimePart, data: bytes, level: int, limits: Limits
) -> Iterator[Block | DocumentWarning]:
    try:
        parsed: Parsed = _PARSERS[part.media_type](Blob(data), limits)
    except DocumentError as error:
        if error.document_code != DocumentCode.EMPTY:
            message = f"the part {part.media_type}: {error.message}"
            yield DocumentWarning(WarningCode.PART_UNREADABLE, message)
        return
    yield from parsed.warnings
    for block in parsed.blocks:
        lower = block.kind is BlockKind.HEADING
        yield block._replace(level=block.level + level) if lower else block
