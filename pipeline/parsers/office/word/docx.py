"""DOCX: headings, text, lists, tables, text boxes, charts and notes, in document order."""

from collections import Counter
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.office.elements import child
from gristmill.pipeline.parsers.office.left_out import pictures_in
from gristmill.pipeline.parsers.office.opc import Package
from gristmill.pipeline.parsers.office.word.docx_body import BodyReader
from gristmill.pipeline.parsers.office.word.docx_headers import margins, shown_headers
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

media_types = ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",)
version = "4"


def preload() -> None:
    from lxml import etree  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """The pages are those of the last program that laid the document out, where it says so.

    Headers and footers stand on every page: each comes once, after the body. Raises
    DocumentError `parse_error`, `too_large` (over `limits.max_cells` in tables too) or
    `encrypted`.
    """
    return read_package(Package(blob, limits), limits, len(blob.data))


def read_package(package: Package, limits: Limits, size: int) -> Parsed:
    """A document whose package is open; `size` is that of its file."""
    main = package.main("word/document.xml")
    root = package.xml(main)
    body = child(root, "body")
    if root is None or body is None:
        raise DocumentError(DocumentCode.PARSE_ERROR, "the document has no body")
    reader = BodyReader(package, main, limits, size)
    reader.container(body)
    reader.finish()
    pages_seen = reader.flow.page or 0
    _headers(package, root, main, reader)
    title, metadata = package.properties()
    metadata.update(margins(package, main))
    reader.left_out.pictures(pictures_in(body))
    reader.left_out.by_relations(Counter(each.kind for each in package.related(main).values()))
    pages = package.application().get("Pages", "")
    count = int(pages[:9]) if pages.isdecimal() else 0
    return Parsed(
        reader.flow.finished(),
        title or reader.flow.title,
        metadata,
        max(count, pages_seen) or None,
        reader.left_out.warnings(),
    )


def _headers(package: Package, root: "_Element", main: str, reader: BodyReader) -> None:
    """Those that are shown, each text once."""
    seen: set[str] = set()
    for part in shown_headers(package, root, main):
        header = package.xml(part)
        text = " ".join("".join(map(str, header.itertext())).split()) if header is not None else ""
        if header is not None and text not in seen:
            seen.add(text)
            reader.header(header, part)
