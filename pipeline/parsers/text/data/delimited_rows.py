"""Rows of delimited text, whose quotation marks may be stray, doubled or never closed.

RFC 4180 where a file keeps to it. Where it does not: a mark closes a field only before a
delimiter or the line's end, any other one is a character (`5" nail`). A field over several lines
is believed only where these lines are not rows themselves, so that one lost mark costs one field.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

_SAMPLE_LINES = 200
_LOOKED_AT = 4  # times its length a text may be looked through for closing marks
_MANY_LINES, _MOST_ROWS = 3, 0.8
_BLANKS = 20
_BLANK = " \t\r\x0b\x0c\xa0"
_BACKSLASHED = re.compile(r"\\\"[^,;\t|\n]")


class Rows(NamedTuple):
    """`width` is that of most rows. `open_quotes` marks opened fields and never closed them."""

    rows: list[list[str]]
    width: int
    open_quotes: int


def read_rows(text: str, delimiter: str) -> Rows:
    """The cells of `text`, whose line ends are `\\n`; blank lines give no row."""
    lines = text.split("\n")
    if '"' not in text:
        rows = [line.split(delimiter) for line in lines if line.strip(_BLANK + delimiter)]
        return Rows(rows, usual_width(rows), 0)
    return _Reader(lines, len(text), delimiter, _escape_of(text)).read()


def usual_width(rows: list[list[str]]) -> int:
    """The number of cells that most of the first rows have."""
    widths = Counter(map(len, rows[:_SAMPLE_LINES]))
    return max(widths, key=lambda width: widths[width], default=0)


def _escape_of(text: str) -> str:
    """Before a mark that is part of a quoted field: another one, or a backslash as databases
    write it."""
    sample = text[: 64 * 1024]
    return "\\" if '""' not in sample and _BACKSLASHED.search(sample) else '"'


class _Reader:
    def __init__(self, lines: list[str], chars: int, delimiter: str, escape: str) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._escape = escape
        self._left = _LOOKED_AT * chars
        self._open = 0
        end = rf"[ \t]*(?:{re.escape(delimiter)}|$)" if delimiter != "\t" else r" *(?:\t|$)"
        inner = r"\\." if escape == "\\" else '""'
        self._mark = re.compile(rf'(?P<inner>{inner})|"(?P<closes>(?={end}))?')
        blanks = "[ \t]*" if delimiter != "\t" else " *"
        self._opening = re.compile(rf'{blanks}"')
        self._width = usual_width([self._line(line) for line in lines[:_SAMPLE_LINES] if line])
        self._open = 0

    def read(self) -> Rows:
        rows = [row for row in self._rows() if any(map(str.strip, row))]
        return Rows(rows, self._width, self._open)

    def _rows(self) -> Iterator[list[str]]:
        at = 0
        while at < len(self._lines):
            line = self._lines[at]
            at += 1
            if '"' not in line:
                yield line.split(self._delimiter)
                continue
            while (more := self._goes_on(line, at)) > at:
                line = "\n".join([line, *self._lines[at:more]])
                at = more
            yield self._line(line)

    def _line(self, line: str) -> list[str]:
        """The cells of a line, or of several that belong together."""
        cells: list[str] = []
        place = 0
        while place <= len(line):
            cell, place = self._cell(line, place)
            cells.append(cell)
        return cells

    def _cell(self, line: str, place: int) -> tuple[str, int]:
        """The cell that begins at `place`, and where the next one does."""
        opening = self._opening.match(line, place)
        stray = 0
        if opening:
            closing, stray = self._closing(line, opening.end())
            if closing:
                inside = line[opening.end() : closing.start()]
                return self._bare(inside), self._after(line, closing.end())
            self._open += 1
        end = self._after(line, stray or place)
        return line[place : end - 1], end

    def _closing(self, line: str, place: int) -> tuple[re.Match[str] | None, int]:
        """The mark that closes a field, and where the first stray one in it ends, or 0. Beyond a
        stray one, a mark after a delimiter opens the next field."""
        stray = 0
        for mark in self._mark.finditer(line, place):
            if mark["closes"] is not None:
                return mark, stray
            if mark["inner"]:
                continue
            before = line[max(stray, mark.start() - _BLANKS) : mark.start()].rstrip(" ")
            if stray and before.endswith(self._delimiter):
                break
            stray = stray or mark.end()
        return None, stray

    def _bare(self, inside: str) -> str:
        return inside.replace(self._escape + '"', '"')

    def _after(self, line: str, place: int) -> int:
        end = line.find(self._delimiter, place)
        return end + 1 if end >= 0 else len(line) + 1

    def _goes_on(self, line: str, at: int) -> int:
        """The line after a field that `line` opens and leaves open; `at` where there is none."""
        opened = self._left_open(line)
        if opened is None or self._left <= 0:
            return at
        self._left -= len(line)
        for number in range(at, len(self._lines)):
            following = self._lines[number]
            self._left -= len(following) + 1
            for mark in self._mark.finditer(following):
                if mark["inner"]:
                    continue
                closes = mark["closes"] is not None
                return number + 1 if closes and not self._are_rows(line, at, number) else at
            if self._left <= 0:
                break
        return at

    def _left_open(self, line: str) -> int | None:
        """Where a field begins whose mark nothing in the line could close."""
        place = 0
        while place <= len(line):
            opening = self._opening.match(line, place)
            if not opening:
                place = self._after(line, place)
                continue
            closing, stray = self._closing(line, opening.end())
            if closing is None:
                return None if stray else place
            place = self._after(line, closing.end())
        return None

    def _are_rows(self, line: str, at: int, last: int) -> bool:
        """Whether lines that a field would take in are rows of the usual width."""
        if self._width < 2:
            return False
        inside = self._lines[at : last + 1]
        fitting = sum(self._fits(each) for each in inside)
        if fitting == len(inside) and self._fits(line):
            return True
        return len(inside) > _MANY_LINES and fitting > _MOST_ROWS * len(inside)

    def _fits(self, line: str) -> bool:
        if line.count(self._delimiter) < self._width - 1:
            return False
        before = self._open
        width = len(self._line(line))
        self._open = before
        return width == self._width
