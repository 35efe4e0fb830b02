"""Formulas of Office documents (ECMA-376, 22.1) on one line, much as Word writes them linearly."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.office.elements import child, value

if TYPE_CHECKING:
    from lxml.etree import _Element

Inner = Callable[["_Element"], str]
"""The text inside an element."""


def _scripted(mark: str) -> Callable[["_Element", Inner], str]:
    def text(element: "_Element", inner: Inner) -> str:
        return mark + _grouped(script) if (script := inner(element)) else ""

    return text


def _delimited(element: "_Element", inner: Inner) -> str:
    properties = child(element, "dPr")
    opening, closing = (
        _character(properties, name, default)
        for name, default in (("begChr", "("), ("endChr", ")"))
    )
    between = _character(properties, "sepChr", "|")
    return opening + between.join(map(inner, _operands(element))) + closing


def _operator(element: "_Element", inner: Inner) -> str:
    """A sum, an integral and their like, which have their sign in their properties."""
    sign = _character(child(element, "naryPr"), "chr", "∫")
    return sign + inner(element)


def _fraction(element: "_Element", inner: Inner) -> str:
    above, below = (inner(each) if each is not None else "" for each in _halves(element))
    bar = value(child(child(element, "fPr"), "type")) != "noBar"
    return f"{_grouped(above)}{'/' if bar else '¦'}{_grouped(below)}"


def _root(element: "_Element", inner: Inner) -> str:
    degree = child(element, "deg")
    power = inner(degree) if degree is not None else ""
    return f"{power}√({''.join(map(inner, _operands(element)))})"


def _function(element: "_Element", inner: Inner) -> str:
    name, argument = child(element, "fName"), child(element, "e")
    called = inner(argument) if argument is not None else ""
    gap = "" if called.startswith(("(", "[", "{")) else " "
    return f"{inner(name) if name is not None else ''}{gap}{called}"


def _based(element: "_Element", inner: Inner) -> str:
    """A base with what is written above and below it."""
    base = child(element, "e")
    scripts = (
        _scripted(mark)(script, inner)
        for name, mark in (("sub", "_"), ("sup", "^"))
        if (script := child(element, name)) is not None
    )
    return _grouped(inner(base) if base is not None else "") + "".join(scripts)


def _alone(element: "_Element", inner: Inner) -> str:
    """A formula; two that follow each other are not one."""
    before = element.getprevious()
    return (" " if before is not None and before.tag == element.tag else "") + inner(element)


def _matrix(element: "_Element", inner: Inner) -> str:
    """Rows end with a semicolon, cells with a comma."""
    rows = (each for each in element if isinstance(each.tag, str) and each.tag.endswith("}mr"))
    return "; ".join(", ".join(map(inner, _operands(row))) for row in rows)


def _lines(element: "_Element", inner: Inner) -> str:
    return "; ".join(map(inner, _operands(element)))


def _accented(element: "_Element", inner: Inner) -> str:
    """A letter with its mark; over more than one letter the mark is named after them."""
    mark = _character(child(element, "accPr"), "chr", "\u0302")
    return "".join(map(inner, _operands(element))) + mark


def _limited(mark: str) -> Callable[["_Element", Inner], str]:
    def text(element: "_Element", inner: Inner) -> str:
        limit = child(element, "lim")
        return (
            "".join(map(inner, _operands(element)))
            + mark
            + _grouped(inner(limit) if limit is not None else "")
        )

    return text


def _halves(element: "_Element") -> tuple["_Element | None", "_Element | None"]:
    return child(element, "num"), child(element, "den")


def _operands(element: "_Element") -> list["_Element"]:
    return [each for each in element if isinstance(each.tag, str) and each.tag.endswith("}e")]


def _character(properties: "_Element | None", name: str, default: str) -> str:
    given = child(properties, name)
    return default if given is None else value(given)


def _grouped(text: str) -> str:
    """In brackets, unless it is one number, name or bracketed term already."""
    plain = text.replace(".", "").replace(",", "")
    whole = (
        len(text) == 1 or plain.isalnum() or (text[:1] == "(" and text.find(")") == len(text) - 1)
    )
    return text if whole or not text else f"({text})"


LINEAR: dict[str, Callable[["_Element", Inner], str]] = {
    "acc": _accented,
    "eqArr": _lines,
    "limLow": _limited("_"),
    "limUpp": _limited("^"),
    "m": _matrix,
    "d": _delimited,
    "f": _fraction,
    "func": _function,
    "nary": _operator,
    "oMath": _alone,
    "rad": _root,
    **dict.fromkeys(("sSub", "sSubSup", "sSup"), _based),
    "sub": _scripted("_"),
    "sup": _scripted("^"),
}
"""By an element's name, what makes its text."""

PROPERTIES = frozenset(
    {"accPr", "ctrlPr", "dPr", "eqArrPr", "fPr", "funcPr", "mPr", "naryPr", "oMathParaPr", "radPr"}
)
"""Elements of formulas that say how they look."""
