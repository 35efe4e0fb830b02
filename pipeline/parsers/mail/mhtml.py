"""Web pages that a browser saved as one file (MHTML, RFC 2557): the page, not a mail about it."""

from gristmill.pipeline.parsers.mail.eml import as_bytes, document_of
from gristmill.pipeline.parsers.mail.entities.body_text import body_text
from gristmill.pipeline.parsers.mail.entities.mime import MimePart, opened
from gristmill.pipeline.parsers.mail.message.nesting import leaves
from gristmill.pipeline.parsers.markup import htmldoc
from gristmill.pipeline.shapes import Blob, Block, Limits, Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode
from gristmill.schemas.problems.errors import DocumentError

media_types = ("application/x-mimearchive",)
version = "1"

_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_MAX_FRAMES = 100
_FRAME_CHARS = 250
"""Frames with less text are advertisements and buttons."""


def parse(blob: Blob, limits: Limits) -> Parsed:
    """The main page, and the frames of one that is made of frames. Pictures, styles and scripts
    belong to it and are no documents.

    Raises DocumentError `parse_error` for what is no such file.
    """
    message = opened(as_bytes(blob.data))
    if not message.headers.keys():
        raise DocumentError(DocumentCode.PARSE_ERROR, "the saved page has no header")
    pages = [part for part in leaves(message) if part.media_type in _PAGES][:_MAX_FRAMES]
    if not pages:
        return document_of(message, limits)
    root = _root(message, pages)
    parsed = _parsed(root, limits)
    metadata = dict(parsed.metadata)
    if url := message.header("Snapshot-Content-Location") or root.header("Content-Location"):
        metadata["url"] = url
    title = parsed.title or message.header("Subject") or None
    frames, warnings = _frames([page for page in pages if page is not root], parsed, limits)
    return Parsed(
        (*parsed.blocks, *frames), title, metadata, warnings=(*parsed.warnings, *warnings)
    )


def _root(message: MimePart, pages: list[MimePart]) -> MimePart:
    """The part that `start` names (RFC 2387, 3.2), else the first page."""
    start = message.parameter("start")
    return next((page for page in pages if start and page.header("Content-ID") == start), pages[0])


def _parsed(part: MimePart, limits: Limits) -> Parsed:
    text, _ = body_text(part.content(), part.charset)
    try:
        return htmldoc.parse(Blob(text.encode("utf-8", "replace")), limits)
    except DocumentError as error:
        if error.document_code == DocumentCode.EMPTY:
            return Parsed(())
        raise


def _frames(
    pages: list[MimePart], main: Parsed, limits: Limits
) -> tuple[list[Block], list[DocumentWarning]]:
    """Frames are the page where it has nearly no text of its own; else they are told of."""
    read = [parsed for page in pages if _chars(parsed := _parsed(page, limits)) >= _FRAME_CHARS]
    if _chars(main) < _FRAME_CHARS:
        return [block for parsed in read for block in parsed.blocks], []
    if not read:
        return [], []
    message = "a frame inside of the page is not read"
    return [], [DocumentWarning(WarningCode.OBJECT_LEFT_OUT, message, count=len(read))]


def _chars(parsed: Parsed) -> int:
    return sum(len(block.text) for block in parsed.blocks)
