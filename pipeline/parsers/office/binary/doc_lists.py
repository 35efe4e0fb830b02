"""The lists of a binary Word file ([MS-DOC], 2.9.131 to 2.9.150), and their items' numbers."""

import struct
from typing import NamedTuple

from gristmill.pipeline.parsers.office.numerals import numeral

_BULLET = "-"
_DEEPEST = 8
_LIST, _LEVEL, _OVERRIDE = 28, 28, 16
_SIMPLE = 1
_NO_NUMBERS = 23  # the form of a bullet
_FORMS = {
    0: "decimal",
    1: "upperRoman",
    2: "lowerRoman",
    3: "upperLetter",
    4: "lowerLetter",
    5: "ordinal",
    22: "decimalZero",
    255: "none",
}
_START, _FORMATTING = 0x10, 0x20
_MOST = 4096


class DocLevel(NamedTuple):
    """`pattern` has characters from 0 to 8 for the number of the level of that depth."""

    start: int
    form: int
    pattern: str


class _Override(NamedTuple):
    identity: int
    starts: dict[int, int]
    levels: dict[int, DocLevel]


class DocLists:
    """Counts items in document order; lists that another one overrides count on with it."""

    def __init__(self, lists: bytes, overrides: bytes) -> None:
        self._lists: dict[int, list[DocLevel]] = {}
        self._overrides: list[_Override] = []
        try:
            self._read_lists(lists)
            self._read_overrides(overrides)
        except (struct.error, IndexError):
            pass  # items of lists that are damaged have bullets
        self._counters: dict[int, dict[int, int]] = {}
        self._begun: set[tuple[int, int]] = set()

    def mark(self, number: int, depth: int) -> str:
        """What stands before the next item of an override, counted from 1; "" for no list."""
        if not number:
            return ""
        if not 0 < number <= len(self._overrides) or depth > _DEEPEST:
            return _BULLET
        override = self._overrides[number - 1]
        levels = dict(enumerate(self._lists.get(override.identity, ())))
        levels.update(override.levels)
        if depth not in levels:
            return _BULLET
        counters = self._counters.setdefault(override.identity, {})
        if depth in override.starts and (number, depth) not in self._begun:
            self._begun.add((number, depth))
            counters[depth] = override.starts[depth] - 1
        counters[depth] = counters.get(depth, levels[depth].start - 1) + 1
        for deeper in [each for each in counters if each > depth]:
            del counters[deeper]
        return _shown(levels, depth, counters)

    def _read_lists(self, data: bytes) -> None:
        if len(data) < 2:
            return
        (count,) = struct.unpack_from("<H", data, 0)
        at = 2 + _LIST * min(count, _MOST)
        for number in range(min(count, _MOST)):
            (identity,) = struct.unpack_from("<i", data, 2 + _LIST * number)
            simple = data[2 + _LIST * number + 26] & _SIMPLE
            levels = []
            for _ in range(1 if simple else _DEEPEST + 1):
                level, at = _level(data, at)
                levels.append(level)
            self._lists[identity] = levels

    def _read_overrides(self, data: bytes) -> None:
        if len(data) < 4:
            return
        (count,) = struct.unpack_from("<I", data, 0)
        count = min(count, _MOST)
        at = 4 + _OVERRIDE * count
        for number in range(count):
            (identity,) = struct.unpack_from("<i", data, 4 + _OVERRIDE * number)
            override = _Override(identity, {}, {})
            self._overrides.append(override)
            at += 4
            for _ in range(data[4 + _OVERRIDE * number + 12]):
                start, flags = struct.unpack_from("<iI", data, at)
                at += 8
                if flags & _FORMATTING:
                    override.levels[flags & 0xF], at = _level(data, at)
                if flags & _START:
                    override.starts[flags & 0xF] = start


def _level(data: bytes, at: int) -> tuple[DocLevel, int]:
    """A level, and where the next one begins."""
    start, form = struct.unpack_from("<iB", data, at)
    characters, paragraphs = data[at + 24], data[at + 25]
    at += _LEVEL + characters + paragraphs
    (length,) = struct.unpack_from("<H", data, at)
    text = data[at + 2 : at + 2 + 2 * min(length, 100)].decode("utf-16-le", "replace")
    return DocLevel(start, form, text), at + 2 + 2 * length


def _shown(levels: dict[int, DocLevel], depth: int, counters: dict[int, int]) -> str:
    if levels[depth].form == _NO_NUMBERS:
        return _BULLET
    mark = []
    for letter in levels[depth].pattern:
        place = ord(letter)
        if place > _DEEPEST:
            mark.append(letter)
            continue
        at = levels.get(place)
        number = counters.get(place, at.start if at is not None else 1)
        mark.append(numeral(number, _FORMS.get(at.form if at is not None else 0, "decimal")))
    return "".join(mark).strip() or _BULLET
