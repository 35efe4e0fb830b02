"""DOCX: headings, text, lists, tables, text boxes and notes, in document order."""

from typing import TYPE_CHECKING, Any

from gristmill.pipeline.parsers.office.flow import Flow
from gristmill.pipeline.parsers.office.opc import Package
from gristmill.pipeline.parsers.office.word.docx_styles import (
    Numbering,
    Style,
    child,
    paragraph_numbering,
    paragraph_outline,
    read_styles,
    value,
)
from gristmill.pipeline.parsers.office.word.docx_text import TextLine
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

media_types = ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",)
version = "2"

_BODY_TEXT = 9
_NO_STYLE = Style()
_CONTAINERS = frozenset(
    {"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "AlternateContent", "Choice"}
)
_NOTE_KINDS = ("footnote", "endnote", "comment")
_MARGIN_CHARS = 500
_MAX_SPAN = 64


def preload() -> None:
    from lxml import etree  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """The pages are those of the last program that laid the document out, where it says so.

    Headers and footers are metadata: they belong to no place of the text. Raises DocumentError
    `parse_error`, `too_large` (over `limits.max_cells` in tables too) or `encrypted`.
    """
    package = Package(blob, limits)
    main = package.main("word/document.xml")
    root = package.xml(main)
    body = child(root, "body")
    if body is None:
        raise DocumentError(DocumentCode.PARSE_ERROR, "the document has no body")
    reader = _Reader(package, main, limits.max_cells)
    reader.container(body)
    title, metadata = package.properties()
    metadata.update(_margins(package, main))
    pages = package.application().get("Pages", "")
    count = int(pages[:9]) if pages.isdecimal() else 0
    return Parsed(
        reader.flow.finished(),
        title or reader.flow.title,
        metadata,
        max(count, reader.flow.page or 0) or None,
    )


class _Reader:
    """Walks a body. The depth of its recursion is bounded by the XML parser's."""

    def __init__(self, package: Package, main: str, most_cells: int) -> None:
        self.flow = Flow()
        self._cells_left = most_cells
        parts = {each.kind: each.part for each in package.related(main).values()}
        self._styles = read_styles(_part(package, parts, "styles"))
        self._numbering = Numbering(_part(package, parts, "numbering"))
        self._notes: dict[tuple[str, str], _Element] = {}
        for kind in _NOTE_KINDS:
            root = _part(package, parts, f"{kind}s")
            for each in root if root is not None else ():
                self._notes[kind, local_attributes(each).get("id", "")] = each
        self._next_note = 1

    def container(self, element: "_Element") -> None:
        for each in element:
            name = local_name(each)
            if name == "p":
                self._paragraph(each)
            elif name == "tbl":
                self._table(each)
            elif name in _CONTAINERS:
                self.container(each)

    def _paragraph(self, element: "_Element") -> None:
        line = TextLine(element, self._next_note)
        if line.page_breaks:
            self.flow.page = (self.flow.page or 1) + line.page_breaks
        properties = child(element, "pPr")
        style = self._styles.get(value(child(properties, "pStyle")), _NO_STYLE)
        if line.text.strip() or style.is_code:
            self._emit(line.text, style, properties)
        self._attached(line)

    def _emit(self, text: str, style: Style, properties: "_Element | None") -> None:
        outline = paragraph_outline(properties)
        outline = style.outline if outline is None else outline
        number = paragraph_numbering(properties) or style.number
        if number is not None and not number[0] and style.number:
            number = (style.number[0], number[1])
        mark = self._numbering.mark(number) if number and number[0] not in ("", "0") else ""
        if style.is_title:
            self.flow.main_title(text)
        elif outline is not None and outline < _BODY_TEXT:
            self.flow.heading(f"{mark} {text}" if mark not in ("", "-") else text, outline + 1)
        elif style.is_code:
            for each in text.split("\n"):
                self.flow.code(each)
        elif mark and number:
            self.flow.item(text, number[1], mark)
        else:
            self.flow.text(text)

    def _attached(self, line: TextLine) -> None:
        """What a paragraph refers to follows it: text boxes, then notes and comments."""
        for box in line.boxes:
            self.container(box)
        for kind, identity in line.notes:
            mark = ""
            if kind != "comment":
                mark = f"[{self._next_note}] "
                self._next_note += 1
            note = self._notes.pop((kind, identity), None)
            if note is None:
                continue
            if kind == "comment":
                author = local_attributes(note).get("author", "")
                mark = f"[Comment by {author}] " if author else "[Comment] "
            text = self._inline(note)
            self.flow.text(mark + text if text else "")

    def _table(self, table: "_Element") -> None:
        rows = [list(_below(row, "tc")) for row in _below(table, "tr")]
        if sum(map(len, rows)) == 1:
            self.container(next(cell for row in rows for cell in row))  # a frame, not a table
            return
        lines: list[TextLine] = []
        self.flow.table([self._cells(row, lines) for row in rows if row])
        for line in lines:
            self._attached(line)

    def _cells(self, row: "list[_Element]", lines: list[TextLine]) -> list[str]:
        cells = [""] * _span(child(child(row[0].getparent(), "trPr"), "gridBefore"))
        for cell in row:
            span = max(1, _span(child(child(cell, "tcPr"), "gridSpan")))
            self._cells_left -= span
            if self._cells_left < 0:
                raise DocumentError(DocumentCode.TOO_LARGE, "the document's tables are too large")
            cells.append(self._inline(cell, lines))
            cells.extend([""] * (span - 1))
        return cells

    def _inline(self, element: "_Element", lines: list[TextLine] | None = None) -> str:
        """Everything below `element` in one line; `lines` takes what has more attached to it."""
        parts = []
        for each in element:
            name = local_name(each)
            if name == "p":
                line = TextLine(each, lines[-1].next_note if lines else self._next_note)
                parts.append(line.text.strip())
                if lines is not None and (line.notes or line.boxes):
                    lines.append(line)
            elif name == "tbl":
                parts.extend(
                    ", ".join(self._inline(cell, lines) for cell in _below(row, "tc"))
                    for row in _below(each, "tr")
                )
            elif name in _CONTAINERS:
                parts.append(self._inline(each, lines))
        return " ".join(part for part in parts if part)


def _span(element: "_Element | None") -> int:
    number = value(element)
    return min(int(number[:4]), _MAX_SPAN) if number.isdecimal() else 0


def _below(element: "_Element", name: str) -> "list[_Element]":
    """Children of a name, those in content controls and insertions as well."""
    found = []
    for each in element:
        kind = local_name(each)
        if kind == name:
            found.append(each)
        elif kind in _CONTAINERS:
            found.extend(_below(each, name))
    return found


def _part(package: Package, parts: dict[str, str], kind: str) -> "_Element | None":
    return package.xml(parts[kind]) if kind in parts else None


def _margins(package: Package, main: str) -> dict[str, Any]:
    """The words of headers and footers, each once."""
    found: dict[str, dict[str, None]] = {"header": {}, "footer": {}}
    for each in package.related(main).values():
        if each.kind in found and (root := package.xml(each.part)) is not None:
            lines = (TextLine(p).text for p in root.iter("{*}p"))
            text = " ".join(" ".join(lines).split())
            if text:
                found[each.kind][text] = None
    return {kind: " / ".join(texts)[:_MARGIN_CHARS] for kind, texts in found.items() if texts}
