"""ODT and ODP: headings, text, lists, tables, text boxes and notes, in document order."""

from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.mathml import formula_text
from gristmill.pipeline.parsers.office.flow import Flow
from gristmill.pipeline.parsers.office.left_out import LeftOut
from gristmill.pipeline.parsers.office.opendocument.odf_lists import OdfLists
from gristmill.pipeline.parsers.office.opendocument.odf_objects import OdfObjects, pictures_in
from gristmill.pipeline.parsers.office.opendocument.odf_pages import in_order, margins
from gristmill.pipeline.parsers.office.opendocument.odf_text import (
    collapsed,
    is_hidden,
    parents_of_styles,
)
from gristmill.pipeline.parsers.office.opendocument.opendocument import CONTENT, blanks, opened
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name
from gristmill.pipeline.parsers.text_room import TextRoom
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

media_types = (
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.text-flat-xml",
    "application/vnd.oasis.opendocument.presentation-flat-xml",
)
version = "4"

_LEFT_OUT = frozenset(
    {"tracked-changes", "sequence-decls", "variable-decls", "user-field-decls", "forms"}
    | {"ruby-text", "note-citation", "settings", "title", "desc", "event-listeners"}
    | {"list-header-number", "thumbnail"}
)
_SHAPES = frozenset(
    {"frame", "text-box", "custom-shape", "g", "rect", "ellipse", "line", "connector", "polygon"}
)
_MAX_ANCESTORS = 20
_MAX_REPEATED = 64


def preload() -> None:
    from lxml import etree  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Slides of a presentation are pages. Raises DocumentError `parse_error`, `too_large` or
    `encrypted`."""
    document = opened(blob, limits)
    root = document.xml(CONTENT)
    body = next(root.iter("{*}body"), None) if root is not None else None
    if root is None or body is None:
        raise DocumentError(DocumentCode.PARSE_ERROR, "the document has no body")
    room = TextRoom(limits, len(blob.data), "the document")
    styles = document.xml("styles.xml")
    reader = _Reader(
        parents_of_styles(root),
        limits.max_cells,
        room,
        OdfLists(root, styles),
        OdfObjects(document),
    )
    reader.container(body)
    title, metadata, pages = document.properties()
    slides = sum(1 for _ in body.iter("{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}page"))
    reader.margins(styles)
    reader.left_out.pictures(pictures_in(body))
    return Parsed(
        reader.flow.finished(),
        title or reader.flow.title,
        metadata,
        slides or pages,
        reader.left_out.warnings(),
    )


class _Reader:
    """Walks a body. The depth of its recursion is bounded by the XML parser's."""

    def __init__(
        self,
        parents: dict[str, str],
        most_cells: int,
        room: TextRoom,
        lists: OdfLists,
        objects: OdfObjects,
    ) -> None:
        self.flow = Flow(room)
        self.left_out = LeftOut()
        self._lists = lists
        self._objects = objects
        self._parents = parents
        self._cells_left = most_cells
        self._notes_seen = 0
        self._boxes: list[_Element] = []
        self._notes: list[tuple[str, _Element]] = []

    def container(self, element: "_Element") -> None:
        for each in element:
            self._block(each, local_name(each))

    def _block(self, element: "_Element", name: str) -> None:
        if name == "h":
            self._heading(element)
        elif name == "p":
            self._paragraph(element)
        elif name == "list":
            self._list(element, 0, *self._lists.begin(element, ""))
        elif name == "table":
            self._table(element)
        elif name == "page":
            self._slide(element)
        elif name == "notes":
            self.flow.text("Notes: " + text if (text := self._inline(element)) else "")
        elif name == "soft-page-break":
            self._soft_break()
        elif name in ("object", "object-ole"):
            self._object(element)
        elif name not in _LEFT_OUT and len(element) and not is_hidden(element):
            self.container(element)

    def _object(self, element: "_Element") -> None:
        root = self._objects.content(element)
        if root is None:
            if local_name(element) == "object-ole":
                self.left_out.embedded(self.flow.page)
        elif local_name(root) == "math":
            self.flow.text(formula_text(root))
        else:
            body = next(root.iter("{*}body"), root)
            self.container(body)

    def margins(self, styles: "_Element | None") -> None:
        """Headers and footers, each text once."""
        texts = (self._inline(each) for each in margins(styles))
        for text in dict.fromkeys(texts):
            self.flow.text(text)
        self._attached()

    def _heading(self, element: "_Element") -> None:
        level = local_attributes(element).get("outline-level", "1")
        self.flow.heading(self._text(element), int(level[:2]) if level.isdecimal() else 1)
        self._attached()

    def _paragraph(self, element: "_Element") -> None:
        text = self._text(element)
        if self._is_title(local_attributes(element).get("style-name", "")):
            self.flow.main_title(text)
        else:
            self.flow.text(text)
        self._attached()

    def _is_title(self, style: str) -> bool:
        for _ in range(_MAX_ANCESTORS):
            if style == "Title":
                return True
            style = self._parents.get(style, "")
        return False

    def _slide(self, element: "_Element") -> None:
        self.flow.page = (self.flow.page or 0) + 1
        for frame in in_order(element):
            role = local_attributes(frame).get("class", "")
            if role == "title":
                self.flow.heading(self._inline(frame), 1)
            elif role not in ("page-number", "date-time", "footer", "header"):
                self._block(frame, local_name(frame))

    def _list(self, element: "_Element", depth: int, style: str, counts: list[int]) -> None:
        style = local_attributes(element).get("style-name", style)
        for item in element:
            mark = ""
            for each in item:
                if local_name(each) == "list":
                    self._list(each, depth + 1, style, counts)
                elif local_name(each) == "h":
                    self._heading(each)
                else:
                    text = self._text(each)
                    if text and not mark:
                        mark = self._lists.mark(item, style, depth, counts)
                        self.flow.item(text, depth if mark else depth + 1, mark)
                    else:
                        self.flow.item(text, depth + 1, "")
                    self._attached()

    def _table(self, table: "_Element") -> None:
        rows = []
        for row in self._rows(table):
            cells: list[str] = []
            for cell in row:
                if local_name(cell) in ("table-cell", "covered-table-cell"):
                    repeated = local_attributes(cell).get("number-columns-repeated", "1")
                    number = int(repeated[:9]) if repeated.isdecimal() else 1
                    cells.extend([self._inline(cell)] * min(number, _MAX_REPEATED))
            self._cells_left -= 1 + len(cells)
            if self._cells_left < 0:
                raise DocumentError(DocumentCode.TOO_LARGE, "the document's tables are too large")
            rows.append(cells)
        self.flow.table(rows)
        self._attached()

    def _rows(self, element: "_Element") -> "list[_Element]":
        found = []
        for each in element:
            name = local_name(each)
            if name == "table-row":
                found.append(each)
            elif name.startswith("table-") and len(each):
                found.extend(self._rows(each))
        return found

    def _attached(self) -> None:
        """Text boxes and notes follow what they hang on."""
        boxes, self._boxes = self._boxes, []
        notes, self._notes = self._notes, []
        for box in boxes:
            self.container(box)
        for mark, note in notes:
            text = self._inline(note)
            self.flow.text(f"{mark} {text}" if text else "")

    def _inline(self, element: "_Element") -> str:
        """The paragraphs below `element` in one line, those of boxes and tables too."""
        parts: list[str] = []
        self._gather_inline(element, parts)
        return " ".join(part for part in (" ".join(part.split()) for part in parts) if part)

    def _gather_inline(self, element: "_Element", parts: list[str]) -> None:
        for each in element:
            name = local_name(each)
            if name in ("p", "h"):
                waiting, self._boxes = self._boxes, []
                parts.append(self._text(each))
                boxes, self._boxes = self._boxes, waiting
                for box in boxes:
                    self._gather_inline(box, parts)
            elif name not in _LEFT_OUT and name not in ("annotation", "creator", "date"):
                self._gather_inline(each, parts)

    def _text(self, element: "_Element") -> str:
        parts: list[str] = []
        self._gather(element, parts)
        return "".join(parts).strip()

    def _gather(self, element: "_Element", parts: list[str]) -> None:
        parts.append(collapsed(element.text))
        for each in element:
            self._piece(each, local_name(each), parts)
            parts.append(collapsed(each.tail))

    def _piece(self, element: "_Element", name: str, parts: list[str]) -> None:
        if name == "s":
            parts.append(blanks(element))
        elif name == "tab":
            parts.append("\t")
        elif name == "line-break":
            parts.append("\n")
        elif name == "soft-page-break":
            self._soft_break()
        elif name in ("note", "annotation"):
            self._note(element, name, parts)
        elif name in _SHAPES:
            formula = self._objects.formula(element) if name == "frame" else None
            parts.append(formula or "")
            if formula is None:
                self._boxes.append(element)
        elif name == "hidden-text":
            pass
        elif name not in _LEFT_OUT:
            self._gather(element, parts)

    def _note(self, element: "_Element", name: str, parts: list[str]) -> None:
        if name == "annotation":
            author = next((each.text for each in element if local_name(each) == "creator"), "")
            self._notes.append((f"[Comment by {author}]" if author else "[Comment]", element))
            return
        self._notes_seen += 1
        mark = f"[{self._notes_seen}]"
        parts.append(mark)
        self._notes.append((mark, element))

    def _soft_break(self) -> None:
        """The end of a page, as the last program laid the text out."""
        self.flow.page = (self.flow.page or 1) + 1
