"""A number format's code, divided into its sections and their parts."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

_CODE_CHARS = 500
_PART = re.compile(
    r'"([^"]*)"?'  # 1: a literal text
    r"|\\(.)"  # 2: a literal character
    r"|_(.)"  # 3: the width of a character
    r"|\*(.)"  # 4: a character that fills the cell
    r"|\[([^\]]*)\]"  # 5: a colour, a condition, a currency, elapsed time
    r"|(General)"  # 6
    r"|(AM/PM|A/P|上午/下午)"  # 7
    r"|([Ee][+-])"  # 8: an exponent
    r"|([yY]+|[mM]+|[dD]+|[hH]+|[sS]+|[eg]+)"  # 9: parts of a date or time
    r"|([0#?])"  # 10: a digit's place
    r"|([.,/%@])"  # 11
    r"|(;)"  # 12
    r"|(.)",  # 13: any other character stands for itself
    re.DOTALL | re.IGNORECASE,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\Z")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "=": lambda a, b: a == b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<>": lambda a, b: a != b,
}


class Part(NamedTuple):
    """A part of a section: `kind` is `text`, `digit`, `time`, `elapsed`, `half` (AM/PM),
    `exponent`, `general`, or one of `. , / % @`."""

    kind: str
    text: str


class Section(NamedTuple):
    """The parts for numbers of one kind; `condition` says of which, where it is given."""

    parts: tuple[Part, ...]
    condition: tuple[str, float] | None = None

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(part.kind for part in self.parts)

    def fits(self, number: float) -> bool:
        if self.condition is None:
            return True
        sign, limit = self.condition
        return _COMPARED[sign](number, limit)


@lru_cache(4096)
def sections_of(code: str) -> tuple[Section, ...]:
    """Of a code that is too long to be one, its beginning."""
    found: list[Section] = []
    parts: list[Part] = []
    condition = None
    for match in _PART.finditer(code[:_CODE_CHARS]):
        if match[12]:
            found.append(Section(tuple(parts), condition))
            parts, condition = [], None
        elif match[5] is not None:
            bracket = match[5]
            if compared := _CONDITION.match(bracket):
                condition = (compared[1], float(compared[2]))
            elif part := _bracketed(bracket):
                parts.append(part)
        else:
            parts.append(_part(match))
    found.append(Section(tuple(parts), condition))
    return tuple(found)


def _part(match: re.Match[str]) -> Part:
    at = match.lastindex or 13
    text = match[at]
    if at in (1, 2, 13):
        return Part("text", text)
    if at in (3, 4):
        return Part("text", " ")
    if at == 9:
        return Part("time", text.lower())
    kinds = {6: "general", 7: "half", 8: "exponent", 10: "digit"}
    return Part(kinds.get(at, text), text)


def _bracketed(inside: str) -> Part | None:
    """A currency's sign, or elapsed time; colours and calendars show nothing."""
    if inside.startswith("$"):
        return Part("text", inside[1:].partition("-")[0])
    if _ELAPSED.fullmatch(inside):
        return Part("elapsed", inside.lower())
    return None
