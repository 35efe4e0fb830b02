"""Formulas of a page as text: MathML, and TeX in scripts, without what renderers drew beside."""

from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.mathml import formula_text

if TYPE_CHECKING:
    from lxml.etree import _Element

FORMULA = "data-formula"
"""The attribute of an element that was one."""
_CLIMB = 2


def formulas_to_text(root: "_Element") -> None:
    for element in list(root.iter("math", "{http://www.w3.org/1998/Math/MathML}math")):
        shown_apart = element.get("display") == "block" or element.get("mode") == "display"
        text = formula_text(element)
        _drop_drawn(element)
        _is_formula(element, text, shown_apart)
    for element in list(root.iter("script")):
        kind = (element.get("type") or "").lower()
        if kind.startswith("math/tex") and (element.text or "").strip():
            _drop_drawn(element)
            _is_formula(element, " ".join((element.text or "").split()), "display" in kind)


def _is_formula(element: "_Element", text: str, shown_apart: bool) -> None:
    element.clear(keep_tail=True)
    element.tag = "div" if shown_apart else "span"
    element.text = text
    element.set(FORMULA, "")


def _drop_drawn(element: "_Element") -> None:
    """What a renderer (KaTeX, MathJax) draws beside a formula repeats it sign by sign."""
    place: _Element | None = element
    for _ in range(_CLIMB):
        if place is None:
            return
        beside = (place.getprevious(), place.getnext())
        for each in beside:
            if each is not None and isinstance(each.tag, str) and _is_drawn(each):
                each.clear(keep_tail=True)
                each.tag = "span"
        place = place.getparent()


def _is_drawn(element: "_Element") -> bool:
    marks = element.get("class") or ""
    return marks.startswith(("MathJax", "katex-html")) or (
        element.get("aria-hidden") == "true" and element.tag in ("span", "mjx-math", "svg", "img")
    )
