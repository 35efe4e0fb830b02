"""Text of DrawingML, as shapes, tables and diagrams have it (ECMA-376, 21.1.2)."""

from typing import TYPE_CHECKING, NamedTuple

from gristmill.pipeline.parsers.office.elements import child, chosen, outermost
from gristmill.pipeline.parsers.office.math_text import LINEAR, PROPERTIES
from gristmill.pipeline.parsers.office.symbols import in_font
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

PARAGRAPHS = (
    "{http://schemas.openxmlformats.org/drawingml/2006/main}p",
    "{http://purl.oclc.org/ooxml/drawingml/main}p",
)
_DEEPEST = 9
_LEFT_OUT = PROPERTIES | {"rPr", "endParaRPr", "pPr"}


class DrawnParagraph(NamedTuple):
    """A paragraph; `level` counts from 0, `numbering` is the kind of its number, if it has one,
    as 20.1.10.61 names them, and `start` the number of the first."""

    level: int
    text: str
    numbering: str = ""
    start: int = 1


def paragraphs(element: "_Element") -> list[DrawnParagraph]:
    """The paragraphs below an element, in order."""
    return [_paragraph(each) for each in outermost(element, *PARAGRAPHS)]


def drawn_text(element: "_Element", between: str = " ") -> str:
    """The text below an element; `between` joins its paragraphs."""
    return between.join(each.text for each in paragraphs(element) if each.text.strip())


def _paragraph(element: "_Element") -> DrawnParagraph:
    properties = child(element, "pPr")
    level = properties.get("lvl", "") if properties is not None else ""
    numbering = child(properties, "buAutoNum")
    attributes = local_attributes(numbering) if numbering is not None else {}
    start = attributes.get("startAt", "1")
    return DrawnParagraph(
        min(int(level[:2]), _DEEPEST) if level.isdecimal() else 0,
        _inside(element).replace("\v", "\n"),
        attributes.get("type", "arabicPeriod") if numbering is not None else "",
        int(start[:6]) if start.isdecimal() else 1,
    )


def _inside(element: "_Element") -> str:
    """Everything that is said below an element, formulas too."""
    parts: list[str] = []
    font = ""
    for each in element:
        name = local_name(each)
        if name == "rPr":
            font = _symbol_font(each)
        elif name == "t":
            parts.append(in_font(each.text or "", font))
        elif name == "br":
            parts.append("\n")
        elif name == "tab":
            parts.append("\t")
        elif name == "AlternateContent":
            parts.append(_inside(chosen(each)))
        elif name in LINEAR:
            parts.append(LINEAR[name](each, _inside))
        elif name not in _LEFT_OUT and len(each):
            parts.append(_inside(each))
    return "".join(parts)


def _symbol_font(properties: "_Element") -> str:
    """The font of a run's symbols, else that of its letters."""
    for name in ("sym", "latin"):
        if (found := child(properties, name)) is not None:
            return local_attributes(found).get("typeface", "")
    return ""
