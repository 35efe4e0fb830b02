"""The text of a shape: running text, points with their numbers, and tables."""

from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.office.drawing_text import DrawnParagraph, drawn_text, paragraphs
from gristmill.pipeline.parsers.office.elements import outermost
from gristmill.pipeline.parsers.office.flow import Flow
from gristmill.pipeline.parsers.office.grid import spanned
from gristmill.pipeline.parsers.office.numerals import numeral
from gristmill.schemas.outcomes.structure import Cell

if TYPE_CHECKING:
    from lxml.etree import _Element

_LISTS = frozenset({"body", "obj", ""})  # placeholders whose paragraphs are points
_MAX_SPAN = 64
_FORMS = (
    ("alphaLc", "lowerLetter"),
    ("alphaUc", "upperLetter"),
    ("romanLc", "lowerRoman"),
    ("romanUc", "upperRoman"),
    ("circleNum", "decimalEnclosedCircle"),
    ("ea1", "chineseCounting"),
)
_AROUND = {"ParenBoth": "({})", "ParenR": "{})", "Period": "{}."}


def write_shape(shape: "_Element", role: str | None, flow: Flow) -> None:
    """A shape's paragraphs; `role` is that of a placeholder, None for what is none."""
    found = [each for each in paragraphs(shape) if each.text.strip()]
    numbered = any(each.numbering for each in found)
    if not (numbered or any(each.level for each in found) or (role in _LISTS and len(found) > 1)):
        flow.text("\n".join(each.text for each in found))
        return
    counts: dict[int, int] = {}
    for each in found:
        flow.item(each.text, each.level, _mark(each, counts))


def _mark(paragraph: DrawnParagraph, counts: dict[int, int]) -> str:
    """A point's number, which counts on from the one before on its level."""
    for deeper in [level for level in counts if level > paragraph.level]:
        del counts[deeper]
    if not paragraph.numbering:
        counts.pop(paragraph.level, None)
        return "-"
    number = counts.get(paragraph.level, paragraph.start - 1) + 1
    counts[paragraph.level] = number
    kind = paragraph.numbering
    form = next((form for start, form in _FORMS if kind.startswith(start)), "decimal")
    around = next((text for end, text in _AROUND.items() if kind.endswith(end)), "{}")
    return around.format(numeral(number, form))


def write_table(table: "_Element", flow: Flow) -> None:
    rows: list[list[str]] = []
    cells: list[Cell] = []
    for row in outermost(table, "{*}tr"):
        texts = []
        for column, cell in enumerate(outermost(row, "{*}tc")):
            texts.append(drawn_text(cell))
            if cell.get("hMerge") not in ("1", "true") and cell.get("vMerge") not in ("1", "true"):
                down, across = _span(cell, "rowSpan"), _span(cell, "gridSpan")
                cells.append(Cell(texts[-1], len(rows), column, down, across))
        rows.append(texts)
    flow.table(rows, spanned(cells))


def _span(cell: "_Element", name: str) -> int:
    number = cell.get(name) or ""
    return min(max(int(number[:4]), 1), _MAX_SPAN) if number.isdecimal() else 1
