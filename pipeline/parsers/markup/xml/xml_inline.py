"""The text inside of an XML element, in reading order, whatever is nested in it.

An element inside of running text is part of it (`H<sub>2</sub>O`); what begins a line of its own
(a cell, an item, a paragraph) or breaks one is not joined to what stands beside it.
"""

import re
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.mathml import formula_text
from gristmill.pipeline.parsers.safe_xml import local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_BREAKS = frozenset({"br", "lb", "break", "newline", "pb", "cb", "sbr", "hr", "nbsp", "tab"})
_BLOCKS = frozenset(
    {"p", "para", "simpara", "item", "li", "listitem", "list-item", "entry", "td", "th", "cell"}
    | {"row", "tr", "list", "table", "sec", "section", "div", "fig", "figure", "caption", "head"}
    | {"lg", "v", "stanza", "def", "dt", "dd", "line", "stentry", "strow", "step", "cmd", "member"}
)
_SELDOM_APART = frozenset({"sub", "sup", "b", "i", "u", "bold", "italic", "hi", "emph", "em", "pc"})
_BLANKS = re.compile(r"\s+")
_ALTERNATIVES = {
    "alternatives": ("tex-math", "math", "textual-form"),
    "choice": ("reg", "corr", "expan"),
}
_NO = "no"


def plain_text(element: "_Element") -> str:
    """All text below an element, blanks collapsed; unresolved entities are left out."""
    return _BLANKS.sub(" ", raw_text(element)).strip()


def raw_text(element: "_Element", leave: frozenset[str] = frozenset()) -> str:
    """All text below an element but for that of elements named in `leave`, as it is spaced."""
    if not len(element):
        return element.text or ""
    parts: list[str] = []
    _collect(element, leave, parts)
    return "".join(parts)


def piece_text(element: "_Element", leave: frozenset[str] = frozenset()) -> str:
    """What an element is inside of running text: as `raw_text`, a formula or a break as such."""
    parts: list[str] = []
    _add(element, local_name(element), leave, parts)
    return "".join(parts)


def _collect(element: "_Element", leave: frozenset[str], parts: list[str]) -> None:
    """libxml2 bounds the depth (256)."""
    if element.text:
        parts.append(element.text)
    running = is_mixed(element)
    before = ""  # the name of what ended right here
    for child in _read_of(element):
        name = local_name(child)
        if name and name not in leave:
            together = running and name != before
            if name in _BLOCKS or not (together or name in _SELDOM_APART):
                parts.append(" ")
            _add(child, name, leave, parts)
            if name in _BLOCKS:
                parts.append(" ")
        before = name
        if child.tail:
            parts.append(child.tail)
            before = ""


def _add(child: "_Element", name: str, leave: frozenset[str], parts: list[str]) -> None:
    if name == "math":
        parts.append(formula_text(child))
    elif name == "tex-math":
        parts.append(_formula_in_tex(child.text or ""))
    elif name in _BREAKS and not child.text:
        parts.append("" if child.get("break") == _NO else " ")
    else:
        _collect(child, leave, parts)


def is_mixed(element: "_Element") -> bool:
    """Whether text stands beside the elements inside."""
    if element.text and element.text.strip():
        return True
    return any(child.tail and child.tail.strip() for child in element)


def _read_of(element: "_Element") -> "list[_Element]":
    """The children; of those that say the same in several notations (JATS `alternatives`, TEI
    `choice`) one."""
    name = local_name(element)
    children: list[_Element] = list(element)
    if name not in _ALTERNATIVES:
        return children
    known = {local_name(child): child for child in children}
    chosen = next((known[each] for each in _ALTERNATIVES[name] if each in known), None)
    return children if chosen is None else [chosen]


def _formula_in_tex(text: str) -> str:
    """Without the document around it that PubMed Central's formulas have."""
    inner = text.partition("\\begin{document}")[2].partition("\\end{document}")[0]
    return (inner or text).strip()
