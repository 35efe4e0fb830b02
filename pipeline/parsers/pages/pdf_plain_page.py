"""One page of a PDF as text: its own, what was noted on it, or what a reader sees of it."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import structs

from gristmill.pipeline.paging.paged_shapes import PageReader, PageText
from gristmill.pipeline.paging.pages import recognised
from gristmill.pipeline.parsers.pages.notes.pdf_note_places import with_notes
from gristmill.pipeline.parsers.pages.notes.pdf_notes import PageNotes
from gristmill.pipeline.parsers.pages.pdfium.pdf_garbled import Verdict, verdict
from gristmill.pipeline.parsers.pages.pdfium.pdf_images import image_of, is_image
from gristmill.pipeline.parsers.pages.pdfium.pdf_text import shows_something, text_of, with_breaks
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode

if TYPE_CHECKING:
    import pypdfium2

_FEW_OBJECTS = 20
_CHOOSE = "choose the step 'ocr' to have it read"
_GARBLED = f"a page's font does not say which letters it shows: {_CHOOSE}"
_DOUBTFUL = "the letters of a page make no words of a language; its font may be wrong about them"
_NO_TEXT = f"a page shows something but has no text: {_CHOOSE}"
_PLAYED = "a sound, film or model on a page was left out"


def plain_page(
    page: "pypdfium2.PdfPage",
    number: int,
    noted: PageNotes,
    reader: PageReader | None,
    most_pixels: int,
) -> PageText:
    """A page, `number` from 1. Raises PdfiumError."""
    text_page = page.get_textpage()
    try:
        own = text_of(page, text_page)
        found = verdict(text_page, own)
        own = "" if found is Verdict.GARBLED else own
        marked = bool(own) or found is Verdict.GARBLED or shows_something(page)
        if reader is not None and marked and _is_for(reader, page, own, found):
            seen = recognised(number, image_of(page, reader.dpi, most_pixels), reader)
            text = with_notes(seen.text, text_page, noted.notes, in_place=False)
            return structs.replace(seen, text=text, warnings=of_notes(number, noted))
        text = with_notes(own, text_page, noted.notes)
    finally:
        text_page.close()
    unread = marked and not own.strip() and _may_bear_text(page)
    warnings = (*of_text(number, found, unread=unread), *of_notes(number, noted))
    return PageText(number, with_breaks(text), marked=marked, warnings=warnings)


def _is_for(reader: PageReader, page: "pypdfium2.PdfPage", text: str, found: Verdict) -> bool:
    return reader.every_page or found is not Verdict.SOUND or is_image(page, text)


def _may_bear_text(page: "pypdfium2.PdfPage") -> bool:
    """Whether what a page shows may be words: an image, or many strokes; no rule or frame."""
    from pypdfium2 import raw

    shown = list(islice(page.get_objects(max_depth=2), _FEW_OBJECTS))
    return len(shown) == _FEW_OBJECTS or any(each.type == raw.FPDF_PAGEOBJ_IMAGE for each in shown)


def of_text(number: int, found: Verdict, *, unread: bool) -> Iterator[DocumentWarning]:
    if found is Verdict.GARBLED:
        yield DocumentWarning(WarningCode.TEXT_GARBLED, _GARBLED, number)
    elif found is Verdict.DOUBTFUL:
        yield DocumentWarning(WarningCode.TEXT_GARBLED, _DOUBTFUL, number)
    elif unread:
        yield DocumentWarning(WarningCode.PAGE_NEEDS_OCR, _NO_TEXT, number)


def of_notes(number: int, noted: PageNotes) -> tuple[DocumentWarning, ...]:
    if not noted.played:
        return ()
    return (DocumentWarning(WarningCode.OBJECT_LEFT_OUT, _PLAYED, number, noted.played),)
