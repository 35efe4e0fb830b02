"""Formulas in MathML (W3C MathML Core and 3.0) as LaTeX-like text on one line.

What the author wrote is better than what was made of it: a TeX annotation comes first, then an
`alttext` in TeX, then the formula's own elements. Letters and signs stay as they are (`π`, not
`\\pi`); only what has a shape becomes a command (`\\frac{a}{b}`, `\\sqrt{x}`, `x_i^{2n}`).
"""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.mathml_content import apply_text

if TYPE_CHECKING:
    from lxml.etree import _Element

_BLANKS = re.compile(r"\s+")
_STYLE = re.compile(r"\{\\(?:displaystyle|textstyle)\s+(.*)\}\Z", re.DOTALL)
_TEX_MARKS = re.compile(r"[\\^_{}]")
_UNSEEN = re.compile("[\u2061-\u2064\u200b\ufe00-\ufe0f]")  # applied, times, comma, plus
_OPENING, _CLOSING = frozenset("([{⟨⌈⌊|‖"), frozenset(")]}⟩⌉⌋,;.!'′″%°|‖")
_TIGHT = frozenset("/^_∂∇∫∑∏∮√:¬")
_ENDS_IN_SCRIPT = re.compile(r"[_^]\w\Z")
_BY_ITSELF = re.compile(r"\\[A-Za-z]+\Z|.\Z", re.DOTALL)
_ACCENTS = {
    **dict.fromkeys("¯‾_\u0305", "overline"),
    **dict.fromkeys("^ˆ\u0302", "hat"),
    **dict.fromkeys("~˜\u0303", "tilde"),
    **dict.fromkeys("→⃗", "vec"),
    **dict.fromkeys("˙.", "dot"),
    "¨": "ddot",
    "⏞": "overbrace",
}


def formula_text(math: "_Element") -> str:
    """The text of a `math` element (any namespace or prefix), or of one below it; "" for none.

    Linear in the tree but for its depth, which whoever parsed it has bounded.
    """
    noted = _annotation(math)
    if noted:
        return noted
    spoken = _clean(math.get("alttext") or "")
    if spoken and _TEX_MARKS.search(spoken):
        return _unstyled(spoken)
    return _clean(_text(math)) or spoken


def _annotation(math: "_Element") -> str:
    for each in math.iter():
        in_tex = _name(each) == "annotation" and "tex" in (each.get("encoding") or "").lower()
        if in_tex and (text := _clean("".join(map(str, each.itertext())))):
            return _unstyled(text)
    return ""


def _unstyled(text: str) -> str:
    match = _STYLE.match(text)
    return match[1].strip() if match else text


def _text(element: "_Element") -> str:
    name = _name(element)
    if not name or name in _NOTHING:
        return ""
    return _BY_NAME.get(name, _row)(element)


def _row(element: "_Element") -> str:
    children = [each for each in element if isinstance(each.tag, str)]
    if not children:
        return _leaf(element)
    return _joined((_name(each), _text(each)) for each in children)


def _joined(parts: Iterator[tuple[str, str]]) -> str:
    """One after the other; blanks where two would be read as one, and around operators."""
    out: list[str] = []
    last, last_name, prefix = "", "", True
    for name, text in parts:
        if not text:
            continue
        infix = name == "mo" and not prefix and _is_infix(text)
        after = last_name == "infix"
        if out and (infix or after or _runs_together(last, text, last_name, name)):
            out.append(" ")
        out.append(text)
        last, last_name = text, "infix" if infix else name
        prefix = infix or (name == "mo" and text[-1:] not in _CLOSING)
    return "".join(out)


def _is_infix(text: str) -> bool:
    return text not in _OPENING and text not in _CLOSING and text not in _TIGHT


def _runs_together(before: str, after: str, name: str, next_name: str) -> bool:
    """Whether two parts need a blank: `sin x`, `x 2`, `\\alpha x`, but `2x`, `xy` and `f(x)`."""
    if not (before[-1:].isalnum() and (after[:1].isalnum() or after[:1] == "\\")):
        return False
    if next_name == "mn" or "mtext" in (name, next_name) or _ENDS_IN_SCRIPT.search(before):
        return True
    word = name == "mi" and len(before) > 1
    return word or (next_name == "mi" and len(after) > 1 and name != "mn")


def _leaf(element: "_Element") -> str:
    text = _UNSEEN.sub("", "".join(map(str, element.itertext())))
    return _BLANKS.sub(" ", text).strip()


def _quoted(element: "_Element") -> str:
    """Words inside of a formula."""
    return _row(element) if len(element) else _leaf(element)


def _fraction(element: "_Element") -> str:
    above, below = _operands(element, 2)
    return f"\\frac{{{above}}}{{{below}}}"


def _square_root(element: "_Element") -> str:
    return f"\\sqrt{{{_row(element)}}}"


def _root(element: "_Element") -> str:
    inner, degree = _operands(element, 2)
    return f"\\sqrt[{degree}]{{{inner}}}"


def _scripts(*marks: str) -> Callable[["_Element"], str]:
    def text(element: "_Element") -> str:
        base, *scripts = _operands(element, 1 + len(marks))
        return _base(base) + "".join(map(_script, marks, scripts))

    return text


def _over(element: "_Element") -> str:
    base, above = _operands(element, 2)
    if accent := _ACCENTS.get(above):
        return f"\\{accent}{{{base}}}"
    return _base(base) + _script("^", above)


def _under(element: "_Element") -> str:
    base, below = _operands(element, 2)
    if below in ("_", "¯", "‾", "\u0332", "⏟"):
        return f"\\{'underbrace' if below == '⏟' else 'underline'}{{{base}}}"
    return _base(base) + _script("_", below)


def _many_scripts(element: "_Element") -> str:
    """A base, pairs of scripts (below, above) behind it, and after `mprescripts` those before."""
    children = [each for each in element if isinstance(each.tag, str)]
    sides: tuple[list[str], list[str]] = ([], [])
    side = 0
    for each in children[1:]:
        if _name(each) == "mprescripts":
            side = 1
        else:
            sides[side].append(_text(each))
    behind, before = ("".join(_pairs(each)) for each in sides)
    base = _base(_text(children[0])) if children else ""
    return ("{}" + before if before else "") + base + behind


def _pairs(scripts: list[str]) -> Iterator[str]:
    for place, script in enumerate(scripts):
        yield _script("^" if place % 2 else "_", script)


def _fenced(element: "_Element") -> str:
    opening: str = element.get("open", "(")
    closing: str = element.get("close", ")")
    marks = element.get("separators", ",").replace(" ", "")
    parts = [_text(each) for each in element if isinstance(each.tag, str)]
    out = parts[:1]
    for place, part in enumerate(parts[1:]):
        mark = marks[min(place, len(marks) - 1)] if marks else ""
        out.append(f"{mark} {part}" if mark else part)
    return opening + "".join(out) + closing


def _table(element: "_Element") -> str:
    rows = (each for each in element if _name(each) in ("mtr", "mlabeledtr"))
    lines = (" & ".join(_text(cell) for cell in row if _name(cell)) for row in rows)
    return r"\begin{matrix} " + r" \\ ".join(lines) + r" \end{matrix}"


def _first(element: "_Element") -> str:
    """What is shown: the first child, the others are notes on it or stand for it."""
    return next((_text(each) for each in element if isinstance(each.tag, str)), "")


def _content(element: "_Element") -> str:
    return apply_text(element, _text)


def _operands(element: "_Element", count: int) -> list[str]:
    texts = [_text(each) for each in element if isinstance(each.tag, str)]
    # More children than the schema allows are shown by no browser, but they are text.
    if len(texts) > count:
        texts[count - 1] = " ".join(texts[count - 1 :])
    return [*texts, *[""] * count][:count]


def _base(text: str) -> str:
    grouped = re.search(r"[\s=+−<>-]", text) and not (text[:1] in "([|{" or text[:1] == "\\")
    return f"{{{text}}}" if grouped else text


def _script(mark: str, text: str) -> str:
    if not text:
        return ""
    return mark + (text if _BY_ITSELF.match(text) else f"{{{text}}}")


def _clean(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()


def _name(element: "_Element") -> str:
    """Without a namespace, or the prefix that an HTML parser leaves; "" for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


_NOTHING = frozenset({"annotation", "annotation-xml", "mphantom", "mspace", "none", "maligngroup"})
_BY_NAME: dict[str, Callable[["_Element"], str]] = {
    **dict.fromkeys(("mi", "mn", "mo", "mtext", "ms", "ci", "cn", "csymbol"), _quoted),
    **dict.fromkeys(("semantics", "maction"), _first),
    "apply": _content,
    "mfenced": _fenced,
    "mfrac": _fraction,
    "mmultiscripts": _many_scripts,
    "mover": _over,
    "mroot": _root,
    "msqrt": _square_root,
    "msub": _scripts("_"),
    "msubsup": _scripts("_", "^"),
    "msup": _scripts("^"),
    "mtable": _table,
    "munder": _under,
    "munderover": _scripts("_", "^"),
}
