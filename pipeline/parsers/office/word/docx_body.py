"""The walk through the body of a DOCX document, and through its headers and notes."""

from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.office.elements import child, chosen, value
from gristmill.pipeline.parsers.office.flow import Flow
from gristmill.pipeline.parsers.office.left_out import LeftOut
from gristmill.pipeline.parsers.office.opc import Package
from gristmill.pipeline.parsers.office.related_parts import RelatedParts
from gristmill.pipeline.parsers.office.word.docx_notes import Notes
from gristmill.pipeline.parsers.office.word.docx_styles import (
    Number,
    Style,
    paragraph_number,
    paragraph_outline,
    read_styles,
)
from gristmill.pipeline.parsers.office.word.docx_tables import TableReader, only_cell
from gristmill.pipeline.parsers.office.word.docx_text import TextLine
from gristmill.pipeline.parsers.office.word.numbering import BULLET, Numbering
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name
from gristmill.pipeline.parsers.text_room import TextRoom
from gristmill.pipeline.shapes import Limits

if TYPE_CHECKING:
    from lxml.etree import _Element

CONTAINERS = frozenset({"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"})
_BODY_TEXT = 9
_NO_STYLE = Style()
_DROPPED = ("drop", "margin")
_DROPPED_CHARS = 4


class BodyReader:
    """Walks a body. The depth of its recursion is bounded by the XML parser's."""

    def __init__(self, package: Package, main: str, limits: Limits, size: int) -> None:
        self.flow = Flow(TextRoom(limits, size, "the document"))
        self.left_out = LeftOut()
        parts = {each.kind: each.part for each in package.related(main).values()}
        self.styles = read_styles(_part(package, parts, "styles"))
        self.numbering = Numbering(_part(package, parts, "numbering"))
        self.notes = Notes(package, parts)
        self._tables = TableReader(self, limits.max_cells)
        self._related = RelatedParts(package, limits, self.flow, self.left_out)
        self._related.within(main)
        self._dropped = ""

    def container(self, element: "_Element") -> None:
        for each in element:
            name = local_name(each)
            if name == "p":
                self._paragraph(each)
            elif name == "tbl":
                self._table(each)
            elif name == "altChunk":
                self._related.chunk(each)
            elif name == "AlternateContent":
                self.container(chosen(each))
            elif name in CONTAINERS:
                self.container(each)

    def finish(self) -> None:
        """What still waits for a paragraph that does not come."""
        text, self._dropped = self._dropped, ""
        self.flow.text(text)

    def header(self, root: "_Element", part: str) -> None:
        """A header or footer, whose drawings are related to its own part."""
        self._related.within(part)
        self.container(root)

    def line(self, paragraph: "_Element") -> TextLine:
        """A paragraph's text, its notes numbered."""
        line = TextLine(paragraph, self.notes.following, self.styles)
        self.notes.following = line.next_note
        return line

    def mark(self, properties: "_Element | None", style: Style) -> tuple[str, int]:
        """What stands before a paragraph of a list, which counts from now on, and the depth of
        its level; "" for a paragraph that is in none."""
        given = paragraph_number(properties) or style.number
        if given is not None and not given.identity and style.number is not None:
            given = given._replace(identity=style.number.identity)
        if given is None or given.identity in ("", "0"):
            return "", 0
        depth = self._depth(given)
        return self.numbering.mark((given.identity, depth)), depth

    def style_of(self, properties: "_Element | None") -> Style:
        return self.styles.get(value(child(properties, "pStyle")), _NO_STYLE)

    def attached(self, line: TextLine) -> None:
        """What a paragraph refers to follows it: what is drawn, then notes and comments."""
        for drawn in line.drawn:
            self._drawn(drawn)
        for note in line.notes:
            self.notes.write(note, self)

    def _drawn(self, element: "_Element") -> None:
        name = local_name(element)
        if name == "txbxContent":
            self.container(element)
        elif name == "textpath":
            self.flow.text(local_attributes(element).get("string", ""))
        elif name in ("chart", "relIds", "OLEObject"):
            self._related.refer(element)

    def _depth(self, given: Number) -> int:
        if given.depth is not None:
            return given.depth
        return self.numbering.depth_of_style(given.identity, given.style) or 0

    def _paragraph(self, element: "_Element") -> None:
        line = self.line(element)
        if line.page_breaks:
            self.flow.page = (self.flow.page or 1) + line.page_breaks
        properties = child(element, "pPr")
        style = self.style_of(properties)
        text = "" if style.hidden else self._with_dropped(line.text, properties)
        if text and child(properties, "rPr", "del") is not None:
            self._dropped, text = text, ""  # its end was deleted, so it goes on in the next one
        if text.strip() or style.is_code:
            self._emit(text, style, properties)
        elif not (style.hidden or self._dropped):
            self.mark(properties, style)  # an empty item is counted as well
        self.attached(line)

    def _with_dropped(self, text: str, properties: "_Element | None") -> str:
        """A large first letter stands in a paragraph of its own (17.3.1.11)."""
        frame = child(properties, "framePr")
        drop = local_attributes(frame).get("dropCap") if frame is not None else None
        if drop in _DROPPED and len(text.strip()) <= _DROPPED_CHARS:
            self._dropped += text.strip()
            return ""
        if text.strip() and self._dropped:
            text, self._dropped = self._dropped + text, ""
        return text

    def _emit(self, text: str, style: Style, properties: "_Element | None") -> None:
        outline = paragraph_outline(properties)
        outline = style.outline if outline is None else outline
        mark, depth = self.mark(properties, style)
        if style.is_title:
            self.flow.main_title(text)
        elif outline is not None and outline < _BODY_TEXT:
            self.flow.heading(f"{mark} {text}" if mark not in ("", BULLET) else text, outline + 1)
        elif style.is_code:
            for each in text.split("\n"):
                self.flow.code(each)
        elif mark:
            self.flow.item(text, depth, mark)
        elif style.is_caption:
            self.flow.caption(text)
        else:
            self.flow.text(text)

    def _table(self, table: "_Element") -> None:
        if (cell := only_cell(table)) is not None:
            self.container(cell)  # a frame, not a table
            return
        grid = self._tables.read(table)
        self.flow.table(grid.rows, grid.cells)
        for line in grid.lines:
            self.attached(line)


def _part(package: Package, parts: dict[str, str], kind: str) -> "_Element | None":
    return package.xml(parts[kind]) if kind in parts else None
