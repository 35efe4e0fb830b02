"""PDF: the text of each page, by pdfium, which must not be used from threads."""

import ctypes
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from gristmill.pipeline.paging.paged_shapes import PagedDocument, PageReader, PageText
from gristmill.pipeline.paging.pages import no_text, recognised, said_of, whole
from gristmill.pipeline.parsers.pages.pdf_images import image_of, is_image
from gristmill.pipeline.parsers.pages.pdf_outline import Outline, heading_level, outline_of
from gristmill.pipeline.progress import at_page
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError

if TYPE_CHECKING:
    import pypdfium2

media_types = ("application/pdf",)
version = "2"

_HYPHEN_AT_LINE_END = re.compile("[\x02\ufffe]\r?\n?")
_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?")
_NO_TITLE = frozenset({"", "untitled", "untitled document", "model"})
_LANGUAGE_CHARS = 36
_KEYS = {
    "Author": "author",
    "Subject": "subject",
    "Keywords": "keywords",
    "Creator": "creator",
    "Producer": "producer",
}


def preload() -> None:
    import pypdfium2  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """A block for each page, cut at the headings that the outline names.

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
    """A PDF whose pages may be read in parts. Raises as `parse` does."""
    document = _document(blob.data)
    try:
        yield _Pdf(document, blob.data, limits, reader)
    finally:
        document.close()


class _Pdf:
    def __init__(
        self,
        document: "pypdfium2.PdfDocument",
        data: bytes,
        limits: Limits,
        reader: PageReader | None,
    ) -> None:
        self.count = len(document)
        if self.count > limits.max_pages:
            message = f"the PDF has {self.count} pages, the limit is {limits.max_pages}"
            raise DocumentError(DocumentCode.TOO_LARGE, message)
        self._document, self._data, self._limits = document, data, limits
        self._reader = reader

    def read(self, first: int, last: int) -> list[PageText]:
        pages: list[PageText] = []
        room = self._limits.max_text_chars
        for number in range(first, last):
            at_page(number)
            pages.append(self._page(number))
            room -= len(pages[-1].text)
            if room < 0:
                raise DocumentError(DocumentCode.TOO_LARGE, "the PDF's text is too long")
        return pages

    def _page(self, number: int) -> PageText:
        import pypdfium2

        try:
            page = self._document[number - 1]
        except pypdfium2.PdfiumError:
            return PageText(number, broken=True)
        try:
            text, marked = _page_text(page)
            reader = self._reader
            if reader and marked and (reader.every_page or is_image(page, text)):
                image = image_of(page, reader.dpi, self._limits.max_pixels)
                return recognised(number, image, reader)
        except pypdfium2.PdfiumError:
            return PageText(number, broken=True)
        finally:
            page.close()
        return PageText(number, text, marked=marked)

    def joined(self, pages: Sequence[PageText]) -> Parsed:
        if not any(page.text.strip() for page in pages):
            raise _no_text(self._data, pages)
        metadata, title = _metadata(self._document)
        metadata.update(said_of(pages, self._reader))
        if _ends_early(self._data):
            metadata["damaged"] = "the file ends too early; pages may be missing"
        blocks = tuple(_blocks(pages, outline_of(self._document)))
        return Parsed(blocks, title, metadata, self.count)


def _document(data: bytes) -> "pypdfium2.PdfDocument":
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise DocumentError(
                DocumentCode.ENCRYPTED, "the PDF is encrypted; save it without a password"
            ) from None
        reason = "it ends too early" if _ends_early(data) else "its structure is damaged"
        raise DocumentError(
            DocumentCode.PARSE_ERROR, f"the PDF cannot be opened: {reason}"
        ) from None


def _page_text(page: "pypdfium2.PdfPage") -> tuple[str, bool]:
    """A page's text, and whether it shows anything at all."""
    textpage = page.get_textpage()
    try:
        text = textpage.get_text_range()
    finally:
        textpage.close()
    marked = bool(text) or next(iter(islice(page.get_objects(max_depth=1), 1)), None) is not None
    return _HYPHEN_AT_LINE_END.sub("", text), marked


def _no_text(data: bytes, pages: Sequence[PageText]) -> DocumentError:
    if any(page.recognised or page.trouble for page in pages):
        return no_text("PDF", pages)
    marked = any(page.marked for page in pages)
    if all(page.broken for page in pages) or (_ends_early(data) and not marked):
        reason = "it ends too early" if _ends_early(data) else "none of its pages can be read"
        return DocumentError(DocumentCode.PARSE_ERROR, f"the PDF is broken: {reason}")
    if marked:
        what = f"the PDF has {len(pages)} page{_s(pages)} and no text layer"
        return DocumentError(
            DocumentCode.NEEDS_OCR, f"{what}: choose the step 'ocr' to have it read"
        )
    return DocumentError(DocumentCode.EMPTY, f"the PDF has {len(pages)} blank page{_s(pages)}")


def _s(pages: Sequence[PageText]) -> str:
    return "" if len(pages) == 1 else "s"


def _ends_early(data: bytes) -> bool:
    return b"%%EOF" not in data[-2048:]


def _blocks(pages: Sequence[PageText], outline: Outline) -> Iterator[Block]:
    for page in pages:
        number = page.number
        lines: list[str] = []
        entries = outline.get(number, {})
        for line in page.text.splitlines() if entries else (page.text,):
            level = heading_level(entries, line) if entries else 0
            if level:
                yield Block(BlockKind.TEXT, "\n".join(lines), 0, number)
                yield Block(BlockKind.HEADING, line, level, number)
                lines = []
            else:
                lines.append(line)
        yield Block(BlockKind.TEXT, "\n".join(lines), 0, number)


def _metadata(document: "pypdfium2.PdfDocument") -> tuple[dict[str, Any], str | None]:
    raw = {key: _said(document, key) for key in document.METADATA_KEYS}
    metadata: dict[str, Any] = {
        ours: text for theirs, ours in _KEYS.items() if (text := raw[theirs].strip())
    }
    for theirs, ours in (("CreationDate", "created"), ("ModDate", "modified")):
        if date := _iso_date(raw[theirs]):
            metadata[ours] = date
    if language := _language(document):
        metadata["language"] = language
    title = raw["Title"].strip()
    return metadata, None if title.lower() in _NO_TITLE else title


def _said(document: "pypdfium2.PdfDocument", key: str) -> str:
    """An entry of the metadata; empty where it is no text, such as half a surrogate pair."""
    try:
        return str(document.get_metadata_value(key))
    except UnicodeDecodeError:
        return ""


def _language(document: "pypdfium2.PdfDocument") -> str:
    """The natural language that the catalog names (PDF 1.7, 14.9.2), such as `en-GB`."""
    from pypdfium2 import raw

    buffer = (raw.FPDF_WCHAR * _LANGUAGE_CHARS)()
    size = raw.FPDFCatalog_GetLanguage(document, buffer, ctypes.sizeof(buffer))
    return bytes(buffer)[: max(0, size - 2)].decode("utf-16-le", "ignore").strip()


def _iso_date(text: str) -> str | None:
    """`D:YYYYMMDDHHmmSS..` (PDF 1.7, 7.9.4) as an ISO date, with the time where there is one."""
    match = _DATE.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = match.groups()
    date = f"{year}-{month or '01'}-{day or '01'}"
    return f"{date}T{hour}:{minute or '00'}:{second or '00'}" if hour else date
