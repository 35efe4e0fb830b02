"""Pages read one after the other, some from what they look like, and what is said of them."""

from collections.abc import Sequence
from typing import Any

from gristmill.pipeline.paging.paged_shapes import (
    PagedDocument,
    PageImage,
    PageReader,
    PageText,
    UnreadablePage,
)
from gristmill.pipeline.shapes import Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

_MAX_LISTED = 100


def whole(document: PagedDocument) -> Parsed:
    """A document of which all pages are read at once."""
    return document.joined(document.read(1, document.count + 1))


def recognised(number: int, image: PageImage, reader: PageReader) -> PageText:
    """What a reader makes of a page; a page that it cannot read counts as broken."""
    try:
        return PageText(number, reader.read(image), marked=True, recognised=True)
    except UnreadablePage as error:
        return PageText(number, broken=True, marked=True, trouble=str(error))


def said_of(pages: Sequence[PageText], reader: PageReader | None) -> dict[str, Any]:
    """Metadata: `broken_pages`, by number, the first hundred of them; `ocr_pages`, how many were
    recognised, and `ocr_engine`, by what."""
    said: dict[str, Any] = {}
    if broken := [page.number for page in pages if page.broken]:
        said["broken_pages"] = broken[:_MAX_LISTED]
    if reader is not None and (count := sum(page.recognised for page in pages)):
        said.update(ocr_pages=count, ocr_engine=reader.engine)
    return said


def no_text(what: str, pages: Sequence[PageText]) -> DocumentError:
    """Why a document whose pages were recognised has no text. `what`: such as "PDF"."""
    broken = [page for page in pages if page.broken]
    if len(broken) == len(pages):
        reason = next((page.trouble for page in broken if page.trouble), "its pages are damaged")
        return DocumentError(DocumentCode.PARSE_ERROR, f"the {what} cannot be read: {reason}")
    rest = f"; {len(broken)} of them cannot be read" if broken else ""
    message = f"no text was found in the {what}, on {len(pages)} pages{rest}"
    return DocumentError(DocumentCode.EMPTY, message)
