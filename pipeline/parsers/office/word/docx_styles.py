"""What a DOCX document's styles say of its paragraphs and runs."""

from typing import TYPE_CHECKING, NamedTuple

from gristmill.pipeline.parsers.office.elements import child, is_on, number, value
from gristmill.pipeline.parsers.office.word.numbering import DEEPEST
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_ANCESTORS = 20
_CODE_WORDS = frozenset({"code", "preformatted"})


class Number(NamedTuple):
    """A list and a level in it, from 0; either may be said elsewhere. `style` is the style that
    says so, of a paragraph's own none."""

    identity: str
    depth: int | None = None
    style: str = ""


class Style(NamedTuple):
    """A style with what it inherits. `outline` counts from 0; `hidden` is None where nothing
    is said."""

    name: str = ""
    outline: int | None = None
    number: Number | None = None
    hidden: bool | None = None
    font: str = ""

    @property
    def is_title(self) -> bool:
        return self.name == "title"

    @property
    def is_code(self) -> bool:
        return not _CODE_WORDS.isdisjoint(self.name.split())

    @property
    def is_caption(self) -> bool:
        return self.name == "caption"


def read_styles(root: "_Element | None") -> dict[str, Style]:
    """Styles of paragraphs and of characters by their id."""
    raw: dict[str, tuple[str, Style]] = {}
    for each in root if root is not None else ():
        if local_name(each) == "style":
            parts = {local_name(part): part for part in each}
            identity = local_attributes(each).get("styleId", "")
            raw[identity] = (value(parts.get("basedOn")), _own_style(parts, identity))
    return {identity: _inherited(identity, raw) for identity in raw}


def paragraph_number(properties: "_Element | None") -> Number | None:
    """Of a `pPr`; the list "0" takes a style's numbering away."""
    given = child(properties, "numPr")
    if given is None:
        return None
    level = number(child(given, "ilvl"))
    return Number(value(child(given, "numId")), None if level is None else min(level, DEEPEST))


def paragraph_outline(properties: "_Element | None") -> int | None:
    """The outline level of a `pPr`, from 0; 9 is body text."""
    return number(child(properties, "outlineLvl"))


def font_of(properties: "_Element | None") -> str:
    """The font that a `rPr` names for letters."""
    fonts = child(properties, "rFonts")
    attributes = local_attributes(fonts) if fonts is not None else {}
    return attributes.get("ascii") or attributes.get("hAnsi") or ""


def vanishes(properties: "_Element | None") -> bool | None:
    """Whether a `rPr` hides its text; None where it does not say."""
    given = child(properties, "vanish")
    return None if given is None else is_on(given)


def _own_style(parts: "dict[str, _Element]", identity: str) -> Style:
    name = value(parts.get("name")).lower()
    properties = parts.get("pPr")
    outline = paragraph_outline(properties)
    if outline is None and name.startswith("heading ") and name[8:].isdecimal():
        outline = int(name[8:17]) - 1
    letters = parts.get("rPr")
    listed = paragraph_number(properties)
    return Style(
        name,
        outline,
        listed._replace(style=identity) if listed is not None else None,
        vanishes(letters),
        font_of(letters),
    )


def _inherited(identity: str, raw: dict[str, tuple[str, Style]]) -> Style:
    style = raw[identity][1]
    parent = raw[identity][0]
    for _ in range(_MAX_ANCESTORS):  # a circle of styles ends here
        if parent not in raw:
            break
        parent, above = raw[parent]
        given = style.number
        if given is None:
            given = above.number
        elif above.number is not None and not given.identity:
            given = given._replace(identity=above.number.identity)
        style = style._replace(
            outline=above.outline if style.outline is None else style.outline,
            name=above.name if above.is_title and not style.is_title else style.name,
            number=given,
            hidden=above.hidden if style.hidden is None else style.hidden,
            font=style.font or above.font,
        )
    return style
