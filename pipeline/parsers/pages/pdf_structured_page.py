"""One page of a PDF with its blocks, where pdfium agrees with them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gristmill.pipeline.paging.paged_shapes import PageBlock, PageReader, PageText
from gristmill.pipeline.parsers.pages.layout.placed.reading import LayoutPage
from gristmill.pipeline.parsers.pages.notes.pdf_note_blocks import with_notes_as_blocks
from gristmill.pipeline.parsers.pages.notes.pdf_notes import PageNotes
from gristmill.pipeline.parsers.pages.pdf_plain_page import of_notes, of_text
from gristmill.pipeline.parsers.pages.pdfium.pdf_garbled import Verdict, is_usual, verdict
from gristmill.pipeline.parsers.pages.pdfium.pdf_images import is_image, may_be_image
from gristmill.pipeline.parsers.pages.pdfium.pdf_text import text_of

if TYPE_CHECKING:
    import pypdfium2

_MOST_NOTES = 500
"""Each is compared with each block; a page with more is read as text."""


def has_to_be_seen(
    layout: LayoutPage, blocks: Sequence[PageBlock], reader: PageReader | None
) -> bool:
    """Whether pdfium has to be asked about a page, which costs as much again."""
    text = _text(blocks)
    if reader is not None and (reader.every_page or may_be_image(text)):
        return True
    return layout.noted or not is_usual(text)


def structured_page(
    page: "pypdfium2.PdfPage",
    number: int,
    blocks: Sequence[PageBlock],
    noted: PageNotes,
    reader: PageReader | None,
) -> PageText | None:
    """None where the text of a page cannot be trusted, or its picture is to be read. Raises
    PdfiumError."""
    if len(noted.notes) > _MOST_NOTES or (reader is not None and reader.every_page):
        return None
    text_page = page.get_textpage()
    try:
        own = text_of(page, text_page)
        judged = verdict(text_page, own)
        # Where pdfium finds no text, liteparse has guessed what the numbers of glyphs are.
        if judged is Verdict.GARBLED or not own.strip():
            return None
        if reader and (judged is Verdict.DOUBTFUL or is_image(page, own)):
            return None
        found = with_notes_as_blocks(blocks, page, text_page, noted.notes)
    finally:
        text_page.close()
    warnings = (*of_text(number, judged, unread=False), *of_notes(number, noted))
    return PageText(number, blocks=found, marked=True, warnings=warnings)


def _text(blocks: Sequence[PageBlock]) -> str:
    return "\n".join(block.text for block in blocks)
