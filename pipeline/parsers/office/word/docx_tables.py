"""Tables of DOCX documents: rows of texts, and the cells with what they span."""

from typing import TYPE_CHECKING, NamedTuple, Protocol

from gristmill.pipeline.parsers.office.elements import child, chosen, is_on, number, value
from gristmill.pipeline.parsers.office.grid import spanned
from gristmill.pipeline.parsers.office.word.docx_styles import Style
from gristmill.pipeline.parsers.office.word.docx_text import TextLine
from gristmill.pipeline.parsers.office.word.numbering import BULLET
from gristmill.pipeline.parsers.safe_xml import local_name
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.structure import Cell
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_SPAN = 64
_CONTAINERS = frozenset({"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"})


class Inline(Protocol):
    """Who knows the text, the style and the number of a paragraph."""

    def line(self, paragraph: "_Element") -> TextLine: ...
    def mark(self, properties: "_Element | None", style: Style) -> tuple[str, int]: ...
    def style_of(self, properties: "_Element | None") -> Style: ...


class Grid(NamedTuple):
    """A table; `lines` are the paragraphs that have more attached to them."""

    rows: list[list[str]]
    cells: tuple[Cell, ...]
    lines: list[TextLine]


class TableReader:
    """Reads a document's tables, within a number of cells for all of them."""

    def __init__(self, reader: Inline, most_cells: int) -> None:
        self._reader = reader
        self._cells_left = most_cells

    def read(self, table: "_Element") -> Grid:
        """Raises DocumentError `too_large`."""
        rows: list[list[str]] = []
        cells: list[Cell] = []
        lines: list[TextLine] = []
        open_cells: dict[int, int] = {}  # by column, the cell that a merge goes on with
        headers = 0
        for row in below(table, "tr"):
            properties = child(row, "trPr")
            if child(properties, "del") is not None:
                continue
            if is_on(child(properties, "tblHeader")) and headers == len(rows):
                headers += 1
            if texts := self._row(row, len(rows), cells, open_cells, lines):
                rows.append(texts)
        if headers:
            cells = [each._replace(header=each.row < headers) for each in cells]
        return Grid(rows, spanned(cells, headers), lines)

    def _row(
        self,
        row: "_Element",
        at: int,
        cells: list[Cell],
        open_cells: dict[int, int],
        lines: list[TextLine],
    ) -> list[str]:
        texts = [""] * min(number(child(row, "trPr", "gridBefore"), 0) or 0, _MAX_SPAN)
        self._take(len(texts))
        for cell in below(row, "tc"):
            properties = child(cell, "tcPr")
            if child(properties, "cellDel") is not None:
                continue
            span = min(max(1, number(child(properties, "gridSpan"), 1) or 1), _MAX_SPAN)
            self._take(span)
            column = len(texts)
            text = inline(cell, self._reader, lines)
            merge = child(properties, "vMerge")
            if merge is not None and value(merge) != "restart" and column in open_cells:
                above = cells[open_cells[column]]
                cells[open_cells[column]] = above._replace(rows=at - above.row + 1)
            else:
                open_cells.pop(column, None)
                if merge is not None:
                    open_cells[column] = len(cells)
                cells.append(Cell(text, at, column, 1, span))
            texts.extend([text, *[""] * (span - 1)])
        return texts

    def _take(self, cells: int) -> None:
        self._cells_left -= cells
        if self._cells_left < 0:
            raise DocumentError(DocumentCode.TOO_LARGE, "the document's tables are too large")


def only_cell(table: "_Element") -> "_Element | None":
    """The cell of a table that has no more."""
    cells = [cell for row in below(table, "tr") for cell in below(row, "tc")]
    return cells[0] if len(cells) == 1 else None


def inline(element: "_Element", reader: Inline, lines: list[TextLine] | None = None) -> str:
    """Everything below `element` in one line; `lines` takes what has more attached to it."""
    parts = []
    for each in element:
        name = local_name(each)
        if name == "p":
            parts.append(_paragraph(each, reader, lines))
        elif name == "tbl":
            parts.extend(
                ", ".join(inline(cell, reader, lines) for cell in below(row, "tc"))
                for row in below(each, "tr")
            )
        elif name == "AlternateContent":
            parts.append(inline(chosen(each), reader, lines))
        elif name in _CONTAINERS:
            parts.append(inline(each, reader, lines))
    return " ".join(part for part in parts if part)


def _paragraph(element: "_Element", reader: Inline, lines: list[TextLine] | None) -> str:
    line = reader.line(element)
    if lines is not None and (line.notes or line.drawn):
        lines.append(line)
    properties = child(element, "pPr")
    style = reader.style_of(properties)
    mark, _ = reader.mark(properties, style)
    text = "" if style.hidden else line.text.strip()
    return f"{mark} {text}".strip() if mark not in ("", BULLET) else text


def below(element: "_Element", name: str) -> "list[_Element]":
    """Children of a name, those in content controls and insertions as well."""
    found = []
    for each in element:
        kind = local_name(each)
        if kind == name:
            found.append(each)
        elif kind in _CONTAINERS:
            found.extend(below(each, name))
    return found
