"""PDF: pages with their structure by liteparse, or as plain text by pdfium.

Neither library must be used from threads.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from gristmill.pipeline.paging.paged_shapes import PagedDocument, PageReader, PageText
from gristmill.pipeline.paging.pages import said_of, whole
from gristmill.pipeline.parsers.pages.about.pdf_attachments import attachment_names
from gristmill.pipeline.parsers.pages.about.pdf_metadata import metadata_of
from gristmill.pipeline.parsers.pages.about.pdf_outline import has_end, outline_of
from gristmill.pipeline.parsers.pages.about.pdf_title import title_of
from gristmill.pipeline.parsers.pages.about.pdf_xfa import with_xfa
from gristmill.pipeline.parsers.pages.layout.blocks.page_blocks import blocks_of
from gristmill.pipeline.parsers.pages.layout.placed.reading import LayoutReader
from gristmill.pipeline.parsers.pages.layout.whole.broken_words import with_whole_words
from gristmill.pipeline.parsers.pages.notes.pdf_notes import Notes
from gristmill.pipeline.parsers.pages.pdf_joining import document_blocks, structured
from gristmill.pipeline.parsers.pages.pdf_plain_page import plain_page
from gristmill.pipeline.parsers.pages.pdf_structured_page import has_to_be_seen, structured_page
from gristmill.pipeline.parsers.pages.pdf_warnings import warnings_of
from gristmill.pipeline.parsers.pages.pdfium.pdf_letters import Letters
from gristmill.pipeline.parsers.pages.pdfium.pdf_opening import (
    ends_early,
    from_its_start,
    nothing_read,
    opened,
)
from gristmill.pipeline.progress import at_page
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    import pypdfium2

media_types = ("application/pdf",)
version = "7"


def preload() -> None:
    import liteparse._liteparse  # noqa: F401
    import pypdfium2  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Its blocks, each with its page and place.

    Raises DocumentError `encrypted`, `parse_error` (broken, or no page is readable),
    `too_large` (over `limits.max_pages`), `needs_ocr` (pages, but no text), `empty` (blank
    pages). Where some pages are broken the good ones are kept and the others listed.
    """
    with open_pages(blob, limits) as document:
        return whole(document)


@contextmanager
def open_pages(
    blob: Blob, limits: Limits, reader: PageReader | None = None
) -> Iterator[PagedDocument]:
    """A PDF whose pages may be read in parts. Raises as `parse` does. Without
    `limits.structure` a page is one text, cut at the headings that the outline names."""
    data = from_its_start(blob.data)
    document = opened(data)
    with closing(document):
        # liteparse follows the links of an outline for ever.
        layout = None
        if limits.structure and has_end(document):
            layout = LayoutReader(data, tagged=document.is_tagged(), count=len(document))
        with closing(_Pdf(document, data, limits, reader, layout)) as pages:
            yield pages


class _Pdf:
    def __init__(
        self,
        document: "pypdfium2.PdfDocument",
        data: bytes,
        limits: Limits,
        reader: PageReader | None,
        layout: LayoutReader | None,
    ) -> None:
        self.count = len(document)
        if self.count > limits.max_pages:
            message = f"the PDF has {self.count} pages, the limit is {limits.max_pages}"
            raise DocumentError(DocumentCode.TOO_LARGE, message)
        self._document, self._data, self._limits = document, data, limits
        self._reader, self._layout = reader, layout
        self._letters, self._notes = Letters(document), Notes(data)

    def read(self, first: int, last: int) -> list[PageText]:
        pages: list[PageText] = []
        room = self._limits.max_text_chars
        for number in range(first, last):
            at_page(number)
            pages.append(self._page(number))
            room -= pages[-1].chars
            if room < 0:
                raise DocumentError(DocumentCode.TOO_LARGE, "the PDF's text is too long")
        return pages

    def _page(self, number: int) -> PageText:
        """With its blocks; without where it has to be looked at in another way."""
        import pypdfium2

        layout = self._layout.page(number) if self._layout is not None else None
        blocks = blocks_of(layout, self._letters) if layout is not None else ()
        if layout and blocks and not has_to_be_seen(layout, blocks, self._reader):
            return PageText(number, blocks=blocks, marked=True)
        try:
            page = self._document[number - 1]
        except pypdfium2.PdfiumError:
            return PageText(number, broken=True)
        try:
            noted = self._notes.of(page, number)
            found = structured_page(page, number, blocks, noted, self._reader) if blocks else None
            pixels = self._limits.max_pixels
            return found or plain_page(page, number, noted, self._reader, pixels)
        except pypdfium2.PdfiumError:
            return PageText(number, blocks=blocks, broken=not blocks, marked=bool(blocks))
        finally:
            page.close()

    def close(self) -> None:
        self._letters.close()
        self._notes.close()

    def joined(self, pages: Sequence[PageText]) -> Parsed:
        pages = with_whole_words(with_xfa(self._document, pages))
        if not any(page.has_text for page in pages):
            raise nothing_read(self._data, pages)
        metadata, title = metadata_of(self._document)
        metadata.update(said_of(pages, self._reader))
        noted = not self._notes.none_in(self.count)
        if names := attachment_names(self._document, self._data, noted=noted):
            metadata["attachments"] = names
        if ends_early(self._data):
            metadata["damaged"] = "the file ends too early; pages may be missing"
        outline = outline_of(self._document)
        blocks = structured(pages, outline)
        title = title_of(title, blocks)
        said = warnings_of(pages, wanted=self._limits.structure)
        return Parsed(
            tuple(document_blocks(pages, blocks, outline)), title, metadata, self.count, said
        )
