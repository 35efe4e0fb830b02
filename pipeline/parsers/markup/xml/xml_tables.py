"""Tables of XML documents: of HTML's kind (JATS, DocBook), of CALS (DocBook, DITA), of TEI."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from gristmill.pipeline.parsers.markup.xml.xml_inline import plain_text
from gristmill.pipeline.parsers.safe_xml import local_name
from gristmill.pipeline.parsers.tables import spanned_table
from gristmill.pipeline.shapes import Block
from gristmill.schemas.outcomes.structure import Cell

if TYPE_CHECKING:
    from lxml.etree import _Element

_ROWS = frozenset({"tr", "row", "strow", "sthead", "seglistitem"})
_CELLS = frozenset({"td", "th", "entry", "cell", "stentry", "seg"})
_HEADS = frozenset({"thead", "sthead"})
_WIDEST, _TALLEST = 100, 1_000


class _Span(NamedTuple):
    column: int | None
    columns: int
    rows: int


def xml_table(table: "_Element") -> Block | None:
    """The rows below an element as a block; None where there is no text in it."""
    cells: list[Cell] = []
    names: dict[str, int] = {}
    below: dict[int, int] = {}  # by column: how many rows a cell from above still covers
    for number, row in enumerate(_rows(table, names)):
        header = _is_header(row)
        column = 0
        covering: dict[int, int] = {}
        for element in row:
            if local_name(element) not in _CELLS:
                continue
            span = _span(element, names)
            while below.get(column, 0):
                column += 1
            column = max(column, min(span.column or 0, _WIDEST))
            title = header or local_name(element) == "th" or element.get("role") == "label"
            text = plain_text(element)
            cells.append(Cell(text, number, column, span.rows, span.columns, title))
            if span.rows > 1 and column < _WIDEST:
                covering.update(dict.fromkeys(range(column, column + span.columns), span.rows))
            column += span.columns
        below = {each: left - 1 for each, left in (below | covering).items() if left > 1}
    return spanned_table(cells)


def _rows(table: "_Element", names: dict[str, int]) -> "Iterator[_Element]":
    for element in table.iter("{*}*"):
        name = local_name(element)
        if name == "tgroup":
            names.clear()
        elif name == "colspec":
            names[element.get("colname", "")] = len(names)
        elif name in _ROWS:
            yield element


def _is_header(row: "_Element") -> bool:
    parent = row.getparent()
    if local_name(row) in _HEADS or row.get("role") == "label":
        return True
    return parent is not None and local_name(parent) in _HEADS


def _span(cell: "_Element", names: dict[str, int]) -> _Span:
    first, last = cell.get("namest") or cell.get("colname"), cell.get("nameend")
    column = names.get(first or "")
    columns = 1
    if column is not None and last in names:
        columns = max(1, names[last] - column + 1)
    columns = max(columns, _number(cell, "colspan", "cols"))
    rows = max(1, _number(cell, "rowspan", "rows"), _number(cell, "morerows") + 1)
    return _Span(column, min(max(1, columns), _WIDEST), min(rows, _TALLEST))


def _number(cell: "_Element", *names: str) -> int:
    """The first of these attributes that is a number; 0 where none is."""
    for name in names:
        given = (cell.get(name) or "").strip()
        if given.isdecimal():
            return int(given[:6])
    return 0
