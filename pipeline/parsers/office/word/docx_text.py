"""The text of one DOCX paragraph, and what hangs on it: boxes, drawings, notes, comments."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.office.elements import child, chosen, value
from gristmill.pipeline.parsers.office.math_text import LINEAR, PROPERTIES
from gristmill.pipeline.parsers.office.symbols import in_font, symbol
from gristmill.pipeline.parsers.office.word.docx_fields import Fields
from gristmill.pipeline.parsers.office.word.docx_styles import Style, font_of, vanishes
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_LEFT_OUT = PROPERTIES | {
    *("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "sdtPr", "rt", "tblPr"),
    *("delInstrText", "Fallback"),
}
_LITERAL = {"tab": "\t", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_NOTES = frozenset({"footnoteReference", "endnoteReference", "commentReference"})
_DRAWN = frozenset({"drawing", "pict", "object"})
_SHOWN = frozenset({"txbxContent", "chart", "relIds", "OLEObject", "textpath", "pic", "control"})
_NO_STYLES: Mapping[str, Style] = {}


NoteMark = tuple[str, str, int]
"""Kind, id, and the number that stands in the text (of no meaning for a comment)."""


class TextLine:
    """What a paragraph says. `notes` holds those it refers to, `drawn` what is drawn in it:
    contents of text boxes, references to charts and diagrams, embedded objects, word art, pictures;
    `next_note` is the number of the first note that comes after it. `styles` say which runs are
    hidden, and their fonts."""

    def __init__(
        self,
        paragraph: "_Element",
        first_note: int = 1,
        styles: Mapping[str, Style] = _NO_STYLES,
    ) -> None:
        self.drawn: list[_Element] = []
        self.notes: list[NoteMark] = []
        self.page_breaks = 0
        self.next_note = first_note
        self._styles = styles
        self._fields = Fields()
        self._font = ""
        self._parts: list[str] = []
        self._into(paragraph)
        self.text = "".join(self._parts)

    def _into(self, element: "_Element") -> None:
        for each in element:
            name = local_name(each)
            if name == "t":
                self._say(in_font(each.text or "", self._font))
            elif name in _LITERAL:
                self._say(_LITERAL[name])
            elif name == "r":
                self._run(each)
            elif name not in _LEFT_OUT:
                self._other(each, name)

    def _say(self, text: str) -> None:
        if not self._fields.in_code:
            self._parts.append(text)

    def _run(self, run: "_Element") -> None:
        properties = run[0] if len(run) and local_name(run[0]) == "rPr" else None
        if properties is None:
            self._into(run)
            return
        style = self._styles.get(value(child(properties, "rStyle")))
        hidden = vanishes(properties)
        if hidden is None:
            hidden = style is not None and bool(style.hidden)
        if not hidden:
            self._font = font_of(properties) or (style.font if style is not None else "")
            self._into(run)
            self._font = ""

    def _other(self, element: "_Element", name: str) -> None:
        if name == "br":
            if local_attributes(element).get("type") in (None, "textWrapping"):
                self._say("\n")
        elif name == "lastRenderedPageBreak":
            self.page_breaks += 1
        elif name in _NOTES:
            self._note(element, name.removesuffix("Reference"))
        elif name in _DRAWN:
            self._drawn(element)
        elif name == "sym":
            self._symbol(element)
        elif name == "fldChar":
            self._parts.append(self._fields.mark(element))
        elif name == "AlternateContent":
            self._into(chosen(element))
        elif name in LINEAR:
            self._say(LINEAR[name](element, self._inside))
        elif len(element):
            self._into(element)

    def _inside(self, element: "_Element") -> str:
        outer, self._parts = self._parts, []
        self._into(element)
        text, self._parts = "".join(self._parts), outer
        return text

    def _note(self, element: "_Element", kind: str) -> None:
        self.notes.append((kind, local_attributes(element).get("id", ""), self.next_note))
        if kind != "comment":
            self._say(f"[{self.next_note}]")
            self.next_note += 1

    def _drawn(self, element: "_Element") -> None:
        """The outermost of what is shown: what is inside is read with it."""
        stack = [element]
        while stack:
            each = stack.pop()
            name = local_name(each)
            if name in _SHOWN:
                self.drawn.append(each)
            elif name == "AlternateContent":
                stack.append(chosen(each))
            else:
                stack.extend(reversed(each))

    def _symbol(self, element: "_Element") -> None:
        attributes = local_attributes(element)
        try:
            code = int(attributes.get("char", ""), 16)
        except ValueError:
            return
        self._say(symbol(code, attributes.get("font", "")))
