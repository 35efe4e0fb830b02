"""Opening a PDF, and why one has nothing to read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gristmill.pipeline.paging.paged_shapes import PageText
from gristmill.pipeline.paging.pages import no_text
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.structure import WarningCode
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    import pypdfium2

_MAGIC = b"%PDF-"
_LONGEST_PREFIX = 1024
"""Where readers look for the beginning (PDF 1.7, appendix H, note 13)."""


def from_its_start(data: bytes) -> bytes:
    """A PDF without what stands before its header; its places are counted from there, in files of
    this kind."""
    if data.startswith(_MAGIC):
        return data
    start = data.find(_MAGIC, 0, _LONGEST_PREFIX + len(_MAGIC))
    return data[start:] if start > 0 else data


def opened(data: bytes) -> "pypdfium2.PdfDocument":
    """Raises DocumentError `encrypted` and `parse_error`."""
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise DocumentError(
                DocumentCode.ENCRYPTED, "the PDF is encrypted; save it without a password"
            ) from None
        reason = "it ends too early" if ends_early(data) else "its structure is damaged"
        raise DocumentError(
            DocumentCode.PARSE_ERROR, f"the PDF cannot be opened: {reason}"
        ) from None


def ends_early(data: bytes) -> bool:
    return b"%%EOF" not in data[-2048:]


def nothing_read(data: bytes, pages: Sequence[PageText]) -> DocumentError:
    """Why no page of a PDF has text."""
    if any(page.recognised or page.trouble for page in pages):
        return no_text("PDF", pages)
    marked = any(page.marked for page in pages)
    if all(page.broken for page in pages) or (ends_early(data) and not marked):
        reason = "it ends too early" if ends_early(data) else "none of its pages can be read"
        return DocumentError(DocumentCode.PARSE_ERROR, f"the PDF is broken: {reason}")
    if marked:
        what = f"the PDF has {len(pages)} page{_s(pages)} and no text layer"
        if any(each.code is WarningCode.TEXT_GARBLED for page in pages for each in page.warnings):
            what = "the PDF's fonts do not say which letters they show"
        return DocumentError(
            DocumentCode.NEEDS_OCR, f"{what}: choose the step 'ocr' to have it read"
        )
    return DocumentError(DocumentCode.EMPTY, f"the PDF has {len(pages)} blank page{_s(pages)}")


def _s(pages: Sequence[PageText]) -> str:
    return "" if len(pages) == 1 else "s"
