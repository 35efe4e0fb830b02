"""Headers and footers of DOCX documents: which of them are shown, and what they say in short."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gristmill.pipeline.parsers.office.elements import child, is_on
from gristmill.pipeline.parsers.office.opc import Package, relationship_id
from gristmill.pipeline.parsers.office.word.docx_text import TextLine
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_MARGIN_CHARS = 500
_MAX_HEADERS = 200


def margins(package: Package, main: str) -> dict[str, Any]:
    """The words of headers and footers, each once, for the metadata."""
    found: dict[str, dict[str, None]] = {"header": {}, "footer": {}}
    for each in package.related(main).values():
        if each.kind in found and (root := package.xml(each.part)) is not None:
            lines = (TextLine(p).text for p in root.iter("{*}p"))
            text = " ".join(" ".join(lines).split())
            if text:
                found[each.kind][text] = None
    return {kind: " / ".join(texts)[:_MARGIN_CHARS] for kind, texts in found.items() if texts}


def shown_headers(package: Package, root: "_Element", main: str) -> list[str]:
    """The parts of headers, then of footers, that some page shows: one of a first page only where
    its section has such a page, one of even pages only where the document tells these apart."""
    related = package.related(main)
    settings = package.xml(package.part_of_kind(main, "settings") or "word/settings.xml")
    even = is_on(child(settings, "evenAndOddHeaders"))
    found: dict[str, dict[str, None]] = {"headerReference": {}, "footerReference": {}}
    for section in root.iter("{*}sectPr"):
        for reference in _references(section, even):
            part = related.get(relationship_id(reference))
            if part is not None and part.kind in ("header", "footer"):
                found[local_name(reference)][part.part] = None
    return [part for parts in found.values() for part in parts][:_MAX_HEADERS]


def _references(section: "_Element", even: bool) -> "Iterator[_Element]":
    first = is_on(child(section, "titlePg"))
    for each in section:
        if local_name(each) in ("headerReference", "footerReference"):
            kind = local_attributes(each).get("type", "default")
            if kind == "default" or (kind == "first" and first) or (kind == "even" and even):
                yield each
