"""What a DOCX document's styles and numbering say of its paragraphs."""

from typing import TYPE_CHECKING, NamedTuple

from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_ANCESTORS = 20
_DEEPEST = 8  # of the nine levels that lists have (ECMA-376, 17.9.3), counted from 0
_DEPTHS = tuple(map(str, range(_DEEPEST + 1)))
_CODE_WORDS = frozenset({"code", "preformatted"})
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"))
_ROMAN_SMALL = ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


class Style(NamedTuple):
    """A paragraph style with what it inherits. `outline` counts from 0, `number` is (list id,
    level)."""

    name: str = ""
    outline: int | None = None
    number: tuple[str, int] | None = None

    @property
    def is_title(self) -> bool:
        return self.name == "title"

    @property
    def is_code(self) -> bool:
        return not _CODE_WORDS.isdisjoint(self.name.split())


def read_styles(root: "_Element | None") -> dict[str, Style]:
    """Paragraph styles by their id."""
    raw: dict[str, tuple[str, Style]] = {}
    for each in root if root is not None else ():
        if local_name(each) == "style":
            parts = {local_name(part): part for part in each}
            identity = local_attributes(each).get("styleId", "")
            raw[identity] = (value(parts.get("basedOn")), _own_style(parts))
    return {identity: _inherited(identity, raw) for identity in raw}


def paragraph_numbering(properties: "_Element | None") -> tuple[str, int] | None:
    """(list id, level) of a `pPr`; the id "0" takes a style's numbering away."""
    number = child(properties, "numPr")
    if number is None:
        return None
    level = value(child(number, "ilvl"))
    deep = min(int(level[:9]), _DEEPEST) if level.isdecimal() else 0
    return value(child(number, "numId")), deep


def paragraph_outline(properties: "_Element | None") -> int | None:
    """The outline level of a `pPr`, from 0; 9 is body text."""
    level = value(child(properties, "outlineLvl"))
    return int(level[:9]) if level.isdecimal() else None


def child(element: "_Element | None", name: str) -> "_Element | None":
    """The first child of a local name."""
    if element is not None:
        for each in element:
            if local_name(each) == name:
                return each
    return None


def value(element: "_Element | None") -> str:
    """The attribute `w:val`."""
    return "" if element is None else local_attributes(element).get("val", "")


def _own_style(parts: "dict[str, _Element]") -> Style:
    name = value(parts.get("name")).lower()
    properties = parts.get("pPr")
    outline = paragraph_outline(properties)
    if outline is None and name.startswith("heading ") and name[8:].isdecimal():
        outline = int(name[8:17]) - 1
    return Style(name, outline, paragraph_numbering(properties))


def _inherited(identity: str, raw: dict[str, tuple[str, Style]]) -> Style:
    style = raw[identity][1]
    parent = raw[identity][0]
    for _ in range(_MAX_ANCESTORS):  # a circle of styles ends here
        if parent not in raw:
            break
        parent, above = raw[parent]
        number = style.number
        if number is None:
            number = above.number
        elif not number[0] and above.number:
            number = (above.number[0], number[1])
        outline = above.outline if style.outline is None else style.outline
        name = above.name if above.is_title and not style.is_title else style.name
        style = Style(name, outline, number)
    return style


class Level(NamedTuple):
    """One level of a list: `pattern` has %1 for the number of the first level, and so on."""

    form: str
    pattern: str
    start: int


class Numbering:
    """Counts the items of a document's lists, in document order."""

    def __init__(self, root: "_Element | None") -> None:
        self._levels: dict[str, dict[int, Level]] = {}
        self._lists: dict[str, str] = {}
        self._counters: dict[str, dict[int, int]] = {}
        for each in root if root is not None else ():
            attributes = local_attributes(each)
            if local_name(each) == "abstractNum":
                self._levels[attributes.get("abstractNumId", "")] = _levels(each)
            elif local_name(each) == "num":
                self._lists[attributes.get("numId", "")] = value(child(each, "abstractNumId"))

    def mark(self, number: tuple[str, int]) -> str:
        """The next item's mark, `-` for a bullet and for what is not known."""
        identity, depth = number
        abstract = self._lists.get(identity, "")
        levels = self._levels.get(abstract, {})
        level = levels.get(depth)
        if level is None or level.form in ("bullet", "none"):
            return "-"
        counters = self._counters.setdefault(abstract, {})
        counters[depth] = counters.get(depth, level.start - 1) + 1
        for deeper in [each for each in counters if each > depth]:
            del counters[deeper]
        mark = level.pattern
        for place in range(depth + 1):
            at = levels.get(place, level)
            mark = mark.replace(f"%{place + 1}", _shown(counters.get(place, at.start), at.form))
        return mark.strip() or "-"


def _levels(abstract: "_Element") -> dict[int, Level]:
    found = {}
    for each in abstract:
        depth = local_attributes(each).get("ilvl", "")
        if local_name(each) == "lvl" and depth in _DEPTHS:
            start = value(child(each, "start"))
            found[int(depth)] = Level(
                value(child(each, "numFmt")) or "decimal",
                value(child(each, "lvlText"))[:100],
                int(start[:9]) if start.isdecimal() else 1,
            )
    return found


def _shown(number: int, form: str) -> str:
    if form.endswith("Letter") and number > 0:
        text = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 9)
    elif form.endswith("Roman") and 0 < number < 4000:
        text = ""
        for worth, letters in (*_ROMAN, *_ROMAN_SMALL):
            text += letters * (number // worth)
            number %= worth
    else:
        return f"{number:02}" if form == "decimalZero" else str(number)
    return text.upper() if form.startswith("upper") else text
