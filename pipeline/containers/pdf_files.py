"""The files inside of a PDF, as members of it."""

from collections.abc import Iterator
from functools import partial

from gristmill.pipeline.containers.entry import ArchiveEntry
from gristmill.pipeline.parsers.pages.about.pdf_attachments import (
    Attached,
    attached,
    may_have_files,
)
from gristmill.pipeline.parsers.pages.pdfium.pdf_opening import from_its_start, opened
from gristmill.pipeline.shapes import Limits
from gristmill.pipeline.unpacking.inflating import Account, separable_name
from gristmill.pipeline.unpacking.member_names import MemberNames
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError


def pdf_files(data: bytes, account: Account, limits: Limits) -> Iterator[ArchiveEntry]:
    """Lazily. A PDF that cannot be opened has none: what is wrong is said of itself."""
    if not may_have_files(data):
        return
    data = from_its_start(data)
    try:
        document = opened(data)
    except DocumentError:
        return
    names = MemberNames()
    try:
        for each in attached(document, data):
            account.take_members(1)
            name = names.take(separable_name(each.name or "attachment"))
            yield ArchiveEntry(name, None, partial(_content, each, account, limits))
    finally:
        document.close()


def _content(each: Attached, account: Account, limits: Limits) -> bytes:
    """Raises DocumentError `too_large`, and `parse_error` for a damaged one."""
    content = each.content(limits.max_document_bytes)
    if content is None:
        message = f"it is damaged, or over {limits.max_document_bytes} bytes, which is the limit"
        raise DocumentError(DocumentCode.PARSE_ERROR, message)
    account.take(len(content))
    return content
