"""Lists of DOCX documents, and the numbers of their items (ECMA-376, 17.9)."""

from typing import TYPE_CHECKING, NamedTuple

from gristmill.pipeline.parsers.office.elements import child, is_on, number, value
from gristmill.pipeline.parsers.office.numerals import numeral
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

BULLET = "-"
DEEPEST = 8  # of the nine levels that lists have (17.9.3), counted from 0
_DEPTHS = tuple(map(str, range(DEEPEST + 1)))


class Level(NamedTuple):
    """One level of a list: `pattern` has %1 for the number of the first level, and so on.

    `restart` is the level (from 1) whose items make this one start anew, None for any above it,
    0 for never; `legal` shows every number as a decimal one. `style` is the paragraph style that
    stands for the level.
    """

    form: str
    pattern: str
    start: int
    restart: int | None = None
    legal: bool = False
    style: str = ""


class _List(NamedTuple):
    """A `num`: its abstract list, levels of its own, and where it starts anew."""

    abstract: str
    levels: dict[int, Level]
    starts: dict[int, int]


class Numbering:
    """Counts the items of a document's lists, in document order.

    Lists of the same abstract one count on, but for what one of them overrides at its first item.
    """

    def __init__(self, root: "_Element | None") -> None:
        self._levels: dict[str, dict[int, Level]] = {}
        self._lists: dict[str, _List] = {}
        self._counters: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()
        links: dict[str, str] = {}
        named: dict[str, str] = {}
        for each in root if root is not None else ():
            attributes = local_attributes(each)
            if local_name(each) == "abstractNum":
                identity = attributes.get("abstractNumId", "")
                self._levels[identity] = _levels(each)
                if style := value(child(each, "numStyleLink")):
                    links[identity] = style
                if style := value(child(each, "styleLink")):
                    named[style] = identity
            elif local_name(each) == "num":
                self._lists[attributes.get("numId", "")] = _list(each)
        for identity, style in links.items():
            self._levels[identity] = self._levels.get(named.get(style, ""), {})

    def depth_of_style(self, identity: str, style: str) -> int | None:
        """The level of a list that a paragraph style stands for."""
        given = self._lists.get(identity)
        levels = {**self._levels.get(given.abstract, {}), **given.levels} if given else {}
        return next((depth for depth, level in levels.items() if level.style == style), None)

    def mark(self, place: tuple[str, int]) -> str:
        """The next item's mark, `-` for a bullet and for what is not known."""
        identity, depth = place
        given = self._lists.get(identity)
        if given is None:
            return BULLET
        levels = self._levels.get(given.abstract, {})
        level = given.levels.get(depth) or levels.get(depth)
        if level is None:
            return BULLET
        counters = self._counters.setdefault(given.abstract, {})
        self._begin(identity, given, depth, counters)
        counters[depth] = counters.get(depth, level.start - 1) + 1
        for deeper in [each for each in counters if each > depth]:
            below = given.levels.get(deeper) or levels.get(deeper)
            if below is None or below.restart is None or depth < below.restart:
                del counters[deeper]
        if level.form == "bullet":
            return BULLET
        return self._shown(level, depth, {**levels, **given.levels}, counters)

    def _begin(self, identity: str, given: _List, depth: int, counters: dict[int, int]) -> None:
        """A list that overrides its start does so once for each of its levels."""
        for at, start in given.starts.items():
            if at <= depth and (identity, at) not in self._begun:
                self._begun.add((identity, at))
                if at == depth:
                    counters[at] = start - 1
                else:
                    counters.setdefault(at, start)

    def _shown(
        self, level: Level, depth: int, levels: dict[int, Level], counters: dict[int, int]
    ) -> str:
        mark = level.pattern
        for place in range(depth + 1):
            at = levels.get(place, level)
            form = "decimal" if level.legal and at.form != "decimalZero" else at.form
            mark = mark.replace(f"%{place + 1}", numeral(counters.get(place, at.start), form))
        return mark.strip() or BULLET


def _levels(abstract: "_Element") -> dict[int, Level]:
    found = {}
    for each in abstract:
        depth = local_attributes(each).get("ilvl", "")
        if local_name(each) == "lvl" and depth in _DEPTHS:
            found[int(depth)] = _level(each)
    return found


def _level(element: "_Element") -> Level:
    form = child(element, "numFmt")
    if form is None:  # Word writes what others do not know as an alternative
        form = next(element.iter("{*}numFmt"), None)
    return Level(
        value(form) or "decimal",
        value(child(element, "lvlText"))[:100],
        number(child(element, "start"), 1) or 0,
        number(child(element, "lvlRestart")),
        is_on(child(element, "isLgl")),
        value(child(element, "pStyle")),
    )


def _list(element: "_Element") -> _List:
    levels: dict[int, Level] = {}
    starts: dict[int, int] = {}
    for each in element:
        depth = local_attributes(each).get("ilvl", "")
        if local_name(each) != "lvlOverride" or depth not in _DEPTHS:
            continue
        own, start = child(each, "lvl"), number(child(each, "startOverride"))
        if own is not None:
            levels[int(depth)] = _level(own)
            starts[int(depth)] = levels[int(depth)].start
        if start is not None:
            starts[int(depth)] = start
    return _List(value(child(element, "abstractNumId")), levels, starts)
