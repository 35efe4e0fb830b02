"""The text of one DOCX paragraph, and what hangs on it: text boxes, notes, comments."""

from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.office.word.docx_math import LINEAR
from gristmill.pipeline.parsers.office.word.docx_styles import child, value
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_LEFT_OUT = frozenset(
    {"del", "moveFrom", "instrText", "delText", "rPr", "pPr", "sdtPr", "rt", "tblPr"}
    | {"delInstrText", "Fallback", "ctrlPr", "dPr", "fPr", "naryPr", "radPr"}
)
_LITERAL = {"tab": "\t", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_NOTES = frozenset({"footnoteReference", "endnoteReference", "commentReference"})
_DRAWN = frozenset({"drawing", "pict", "object"})
_OFF = frozenset({"0", "false", "off"})


class TextLine:
    """What a paragraph says. `notes` holds (kind, id), `boxes` the contents of text boxes;
    `next_note` is the number of the first note that comes after it."""

    def __init__(self, paragraph: "_Element", first_note: int = 1) -> None:
        self.boxes: list[_Element] = []
        self.notes: list[tuple[str, str]] = []
        self.page_breaks = 0
        self.next_note = first_note
        self._parts: list[str] = []
        self._into(paragraph)
        self.text = "".join(self._parts)

    def _into(self, element: "_Element") -> None:
        for each in element:
            name = local_name(each)
            if name == "t":
                self._parts.append(each.text or "")
            elif name in _LITERAL:
                self._parts.append(_LITERAL[name])
            elif name == "r":
                if not _hidden(each):
                    self._into(each)
            elif name not in _LEFT_OUT:
                self._other(each, name)

    def _other(self, element: "_Element", name: str) -> None:
        if name == "br":
            if local_attributes(element).get("type") in (None, "textWrapping"):
                self._parts.append("\n")
        elif name == "lastRenderedPageBreak":
            self.page_breaks += 1
        elif name in _NOTES:
            self._note(element, name.removesuffix("Reference"))
        elif name in _DRAWN:
            self._drawn(element)
        elif name == "sym":
            self._symbol(element)
        elif name == "AlternateContent":
            self._into(_chosen(element))
        elif name in LINEAR:
            self._parts.append(LINEAR[name](element, self._inside))
        elif len(element):
            self._into(element)

    def _inside(self, element: "_Element") -> str:
        outer, self._parts = self._parts, []
        self._into(element)
        text, self._parts = "".join(self._parts), outer
        return text

    def _note(self, element: "_Element", kind: str) -> None:
        self.notes.append((kind, local_attributes(element).get("id", "")))
        if kind != "comment":
            self._parts.append(f"[{self.next_note}]")
            self.next_note += 1

    def _drawn(self, element: "_Element") -> None:
        """Text boxes, the outermost ones: what is inside them is read with their content."""
        stack = [element]
        while stack:
            each = stack.pop()
            if local_name(each) == "txbxContent":
                self.boxes.append(each)
            elif local_name(each) == "AlternateContent":
                stack.append(_chosen(each))
            else:
                stack.extend(reversed(each))

    def _symbol(self, element: "_Element") -> None:
        """A character of a symbol font; most have no meaning outside of their font."""
        try:
            code = int(local_attributes(element).get("char", ""), 16)
        except ValueError:
            return
        if 0x20 <= code < 0xE000:
            self._parts.append(chr(code))


def _chosen(alternate: "_Element") -> "_Element":
    """The first way to show something; the others say the same again."""
    choice = child(alternate, "Choice")
    if choice is not None:
        return choice
    fallback = child(alternate, "Fallback")
    return alternate if fallback is None else fallback


def _hidden(run: "_Element") -> bool:
    properties = run[0] if len(run) and local_name(run[0]) == "rPr" else None
    vanish = child(properties, "vanish")
    return vanish is not None and value(vanish) not in _OFF
