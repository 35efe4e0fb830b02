"""Files inside of a PDF: those of the document (PDF 1.7, 7.11.4), a portfolio's among them, and
those that are pinned to a page (12.5.6.15)."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from gristmill.pipeline.parsers.pages.pdfium.pdf_raw import bytes_of, utf16_of

if TYPE_CHECKING:
    import pypdfium2

_MOST_PAGES = 2_000
"""That are looked through for pinned files."""
_MOST_PINNED = 10_000
_MAX_LISTED = 100
_FILE_PIN = 17  # fpdf_annot.h: FPDF_ANNOT_FILEATTACHMENT
_FILE, _PIN, _PACKED_OBJECTS = b"/EmbeddedFile", b"/FileAttachment", b"/ObjStm"


class Attached(NamedTuple):
    """A file's name, which may be empty or hostile, and pdfium's handle of it."""

    name: str
    handle: Any

    def content(self, most: int) -> bytes | None:
        """Its bytes; None where they are damaged or over `most`."""
        from pypdfium2 import raw

        return bytes_of(
            lambda buffer, size, needed: raw.FPDFAttachment_GetFile(
                self.handle, buffer, size, needed
            ),
            most,
        )


def may_have_files(data: bytes) -> bool:
    """Whether it is worth opening a PDF: its objects may be packed, and then say nothing."""
    return _FILE in data or _PACKED_OBJECTS in data


def attached(
    document: "pypdfium2.PdfDocument", data: bytes, *, noted: bool = True
) -> Iterator[Attached]:
    """The files of a document that is open, good until it is closed. `noted`: whether a page may
    have notes, which files are pinned by."""
    yield from _of_document(document)
    if noted and _may_be_pinned(data):
        yield from _pinned(document)


def attachment_names(
    document: "pypdfium2.PdfDocument", data: bytes, *, noted: bool = True
) -> list[str]:
    """The first hundred; the files are documents of their own (`containers`)."""
    found = attached(document, data, noted=noted)
    return [each.name or "attachment" for each in islice(found, _MAX_LISTED)]


def _may_be_pinned(data: bytes) -> bool:
    """Whether two of its three signs are there; the last one, which takes longest, is looked for
    only where it decides."""
    if _FILE in data:
        return _PIN in data or _PACKED_OBJECTS in data
    return _PIN in data and _PACKED_OBJECTS in data


def _of_document(document: "pypdfium2.PdfDocument") -> Iterator[Attached]:
    from pypdfium2 import raw

    for index in range(max(0, raw.FPDFDoc_GetAttachmentCount(document))):
        if handle := raw.FPDFDoc_GetAttachment(document, index):
            yield _named(handle)


def _pinned(document: "pypdfium2.PdfDocument") -> Iterator[Attached]:
    import pypdfium2
    from pypdfium2 import raw

    for index in range(min(len(document), _MOST_PAGES)):
        with suppress(pypdfium2.PdfiumError):
            page = document[index]
            try:
                for place in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST_PINNED)):
                    yield from _pin(page, place)
            finally:
                page.close()


def _pin(page: "pypdfium2.PdfPage", place: int) -> Iterator[Attached]:
    from pypdfium2 import raw

    annotation = raw.FPDFPage_GetAnnot(page, place)
    if not annotation:
        return
    try:
        if raw.FPDFAnnot_GetSubtype(annotation) == _FILE_PIN and (
            handle := raw.FPDFAnnot_GetFileAttachment(annotation)
        ):
            yield _named(handle)
    finally:
        raw.FPDFPage_CloseAnnot(annotation)


def _named(handle: Any) -> Attached:
    from pypdfium2 import raw

    name = utf16_of(lambda buffer, size: raw.FPDFAttachment_GetName(handle, buffer, size))
    return Attached(name, handle)
