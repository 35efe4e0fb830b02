"""PDF: the text of each page, by pdfium, which must not be used from threads."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from gristmill.pool.pipeline.parsers.pdf_outline import Outline, outline_of
from gristmill.pool.pipeline.progress import at_page
from gristmill.pool.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError

if TYPE_CHECKING:
    import pypdfium2

media_types = ("application/pdf",)
version = "1"

_HYPHEN_AT_LINE_END = re.compile("[\x02\ufffe]\r?\n?")
_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?")
_NO_TITLE = frozenset({"", "untitled", "untitled document", "model"})
_MAX_LISTED = 100
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
    document = _opened(blob.data)
    try:
        return _read(document, blob.data, limits)
    finally:
        document.close()


def _opened(data: bytes) -> "pypdfium2.PdfDocument":
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


def _read(document: "pypdfium2.PdfDocument", data: bytes, limits: Limits) -> Parsed:
    count = len(document)
    if count > limits.max_pages:
        raise DocumentError(
            DocumentCode.TOO_LARGE, f"the PDF has {count} pages, the limit is {limits.max_pages}"
        )
    metadata, title = _metadata(document)
    texts, broken, marked = _texts(document, count, limits)
    if not any(text.strip() for text in texts.values()):
        raise _no_text(data, count, broken, marked)
    if broken:
        metadata["broken_pages"] = broken[:_MAX_LISTED]
    if _ends_early(data):
        metadata["damaged"] = "the file ends too early; pages may be missing"
    outline = outline_of(document)
    return Parsed(tuple(_blocks(texts, outline)), title, metadata, count)


def _texts(
    document: "pypdfium2.PdfDocument", count: int, limits: Limits
) -> tuple[dict[int, str], list[int], bool]:
    """Texts by page number, broken pages' numbers, and whether any page shows anything."""
    import pypdfium2

    texts: dict[int, str] = {}
    broken: list[int] = []
    marked = False
    room = limits.max_text_chars
    for number in range(1, count + 1):
        at_page(number)
        try:
            page = document[number - 1]
        except pypdfium2.PdfiumError:
            broken.append(number)
            continue
        try:
            texts[number], shows = _page_text(page)
        except pypdfium2.PdfiumError:
            broken.append(number)
            continue
        finally:
            page.close()
        marked = marked or shows
        room -= len(texts[number])
        if room < 0:
            raise DocumentError(DocumentCode.TOO_LARGE, "the PDF's text is too long")
    return texts, broken, marked


def _page_text(page: "pypdfium2.PdfPage") -> tuple[str, bool]:
    textpage = page.get_textpage()
    try:
        text = textpage.get_text_range()
    finally:
        textpage.close()
    shows = bool(text) or next(iter(islice(page.get_objects(max_depth=1), 1)), None) is not None
    return _HYPHEN_AT_LINE_END.sub("", text), shows


def _no_text(data: bytes, count: int, broken: list[int], marked: bool) -> DocumentError:
    if count == 0 or len(broken) == count or (_ends_early(data) and not marked):
        reason = "it ends too early" if _ends_early(data) else "none of its pages can be read"
        return DocumentError(DocumentCode.PARSE_ERROR, f"the PDF is broken: {reason}")
    if marked:
        return DocumentError(
            DocumentCode.NEEDS_OCR, f"the PDF has {count} pages and no text layer: it needs OCR"
        )
    return DocumentError(DocumentCode.EMPTY, f"the PDF has {count} blank pages")


def _ends_early(data: bytes) -> bool:
    return b"%%EOF" not in data[-2048:]


def _blocks(texts: dict[int, str], outline: Outline) -> Iterator[Block]:
    for number, text in texts.items():
        lines: list[str] = []
        entries = outline.get(number, {})
        for line in text.splitlines() if entries else (text,):
            level = entries.pop(" ".join(line.split()).casefold(), 0) if entries else 0
            if level:
                yield Block(BlockKind.TEXT, "\n".join(lines), 0, number)
                yield Block(BlockKind.HEADING, line, level, number)
                lines = []
            else:
                lines.append(line)
        yield Block(BlockKind.TEXT, "\n".join(lines), 0, number)


def _metadata(document: "pypdfium2.PdfDocument") -> tuple[dict[str, Any], str | None]:
    raw: dict[str, str] = document.get_metadata_dict(skip_empty=True)
    metadata: dict[str, Any] = {
        ours: raw[theirs].strip() for theirs, ours in _KEYS.items() if raw.get(theirs, "").strip()
    }
    for theirs, ours in (("CreationDate", "created"), ("ModDate", "modified")):
        if date := _iso_date(raw.get(theirs, "")):
            metadata[ours] = date
    title = raw.get("Title", "").strip()
    return metadata, None if title.lower() in _NO_TITLE else title


def _iso_date(text: str) -> str | None:
    """`D:YYYYMMDDHHmmSS..` (PDF 1.7, 7.9.4) as an ISO date, with the time where there is one."""
    match = _DATE.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = match.groups()
    date = f"{year}-{month or '01'}-{day or '01'}"
    return f"{date}T{hour}:{minute or '00'}:{second or '00'}" if hour else date
