"""Content MathML: what a formula means, as `a + b`, `\\frac{a}{b}` and `f(x)`."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

Inner = Callable[["_Element"], str]
"""The text of an element."""

_BETWEEN = {
    "plus": " + ",
    "times": " × ",
    "eq": " = ",
    "neq": " ≠ ",
    "lt": " < ",
    "gt": " > ",
    "leq": " ≤ ",
    "geq": " ≥ ",
    "approx": " ≈ ",
    "equivalent": " ≡ ",
    "implies": " ⇒ ",
    "and": " ∧ ",
    "or": " ∨ ",
    "in": " ∈ ",
    "notin": " ∉ ",
    "union": " ∪ ",
    "intersect": " ∩ ",
    "subset": " ⊆ ",
    "tendsto": " → ",
}
_SUMS = frozenset({"plus", "minus"})


def apply_text(element: "_Element", inner: Inner) -> str:
    """An `apply`: its first child is the function, the others are what it is of."""
    children = [each for each in element if isinstance(each.tag, str)]
    if not children:
        return ""
    function = _name(children[0])
    texts = [_operand(each, function, inner) for each in children[1:]]
    if function in _BETWEEN:
        return _BETWEEN[function].join(texts)
    if function == "minus":
        return f"−{texts[0]}" if len(texts) == 1 else " − ".join(texts)
    if function == "divide" and len(texts) == 2:
        return f"\\frac{{{texts[0]}}}{{{texts[1]}}}"
    if function == "power" and len(texts) == 2:
        return f"{texts[0]}^{texts[1] if len(texts[1]) == 1 else '{' + texts[1] + '}'}"
    if function == "root":
        return f"\\sqrt{{{texts[-1] if texts else ''}}}"
    called = inner(children[0]) or function
    return f"{called}({', '.join(texts)})"


def _operand(element: "_Element", function: str, inner: Inner) -> str:
    text = inner(element)
    nested = _name(element) == "apply" and function in ("times", "minus", "power")
    first = element[0] if nested and len(element) else None
    return f"({text})" if first is not None and _name(first) in _SUMS else text


def _name(element: "_Element") -> str:
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""
