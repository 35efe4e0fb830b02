"""Complex fields of DOCX (ECMA-376, 17.16.18): their code is not shown, their result is; of the
old forms' boxes and lists, which have none, what they show is told by their data."""

from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.office.elements import child, is_on, number, value
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_TICKED, _EMPTY = "☒", "☐"


class Fields:
    """The fields that are open at a place of a paragraph. A field whose code does not end in its
    paragraph hides nothing of the next one: it may be broken."""

    def __init__(self) -> None:
        self._open: list[bool] = []  # of each, whether its code is what comes next
        self._codes = 0

    @property
    def in_code(self) -> bool:
        return self._codes > 0

    def mark(self, element: "_Element") -> str:
        """Take a `fldChar`; returns the text that the field shows by itself."""
        kind = local_attributes(element).get("fldCharType")
        if kind == "begin":
            shown = _form_text(child(element, "ffData"))
            self._open.append(True)
            self._codes += 1
            return shown if self._codes == 1 else ""
        if kind in ("separate", "end") and self._open:
            if self._open[-1]:
                self._open[-1] = False
                self._codes -= 1
            if kind == "end":
                self._open.pop()
        return ""


def _form_text(data: "_Element | None") -> str:
    if (box := child(data, "checkBox")) is not None:
        state = child(box, "checked")
        if state is None:
            state = child(box, "default")
        return _TICKED if is_on(state) else _EMPTY
    if (choice := child(data, "ddList")) is not None:
        entries = [value(each) for each in choice if local_name(each) == "listEntry"]
        chosen = child(choice, "result")
        at = number(chosen if chosen is not None else child(choice, "default"), 0) or 0
        return entries[at] if at < len(entries) else ""
    return ""
