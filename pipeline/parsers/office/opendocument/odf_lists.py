"""The numbers of ODF lists (ODF 1.3, 16.30 and 19.880): by their styles, in document order."""

from typing import TYPE_CHECKING, NamedTuple

from gristmill.pipeline.parsers.office.numerals import numeral
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_BULLET = "-"
_MAX_LEVELS = 10
_FORMS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "": "none",
}


class _Level(NamedTuple):
    form: str
    before: str
    after: str
    start: int
    shown: int  # how many levels' numbers


class OdfLists:
    """Counts the items of lists. `roots` are those of the content and of the styles."""

    def __init__(self, *roots: "_Element | None") -> None:
        self._styles: dict[str, dict[int, _Level]] = {}
        for root in roots:
            for style in root.iter("{*}list-style") if root is not None else ():
                name = local_attributes(style).get("name", "")
                self._styles.setdefault(name, dict(filter(None, map(_level, style))))
        self._counts: dict[str, list[int]] = {}
        self._last = ""

    def begin(self, element: "_Element", style: str) -> tuple[str, list[int]]:
        """The style of an outermost list, and its counts: new ones, unless it continues another."""
        attributes = local_attributes(element)
        style = attributes.get("style-name", style)
        identity = attributes.get("id", "")
        continued = attributes.get("continue-list", "")
        if not continued and attributes.get("continue-numbering") == "true":
            continued = style
        counts = self._counts.get(continued, []) if continued else []
        self._counts[style] = self._counts[identity or style] = counts
        return style, counts

    def mark(self, item: "_Element", style: str, depth: int, counts: list[int]) -> str:
        """An item's number; `depth` counts from 0."""
        level = self._styles.get(style, {}).get(depth)
        if local_name(item) == "list-header":
            return ""
        if level is None:
            return _BULLET
        given = local_attributes(item).get("start-value", "")
        while len(counts) <= depth:
            at = self._styles[style].get(len(counts))
            counts.append((at.start if at is not None else 1) - (1 if len(counts) == depth else 0))
        del counts[depth + 1 :]
        counts[depth] = int(given[:9]) if given.isdecimal() else counts[depth] + 1
        first = max(depth + 1 - level.shown, 0)
        levels = (self._styles[style].get(at) for at in range(first, depth + 1))
        numbers = [
            numeral(counts[at], each.form if each is not None else "decimal")
            for at, each in zip(range(first, depth + 1), levels, strict=True)
        ]
        return f"{level.before}{'.'.join(filter(None, numbers))}{level.after}".strip() or _BULLET


def _level(element: "_Element") -> tuple[int, _Level] | None:
    if local_name(element) != "list-level-style-number":
        return None
    attributes = local_attributes(element)

    def number(name: str) -> int:
        text = attributes.get(name, "1")
        return int(text[:6]) if text.isdecimal() else 1

    depth = number("level") - 1
    if not 0 <= depth < _MAX_LEVELS:
        return None
    form = _FORMS.get(attributes.get("num-format", ""), "decimal")
    return depth, _Level(
        form,
        attributes.get("num-prefix", ""),
        attributes.get("num-suffix", ""),
        number("start-value"),
        number("display-levels"),
    )
