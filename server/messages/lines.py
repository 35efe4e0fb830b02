"""Lines of a body of any length, in flat memory, and what is answered of each."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

NDJSON = "application/x-ndjson"
_PIECE_BYTES = 256 * 1024
_WRITTEN = re.compile(rb"\S[^\n]*")
"""A line from its first byte that is no blank. Blank lines cost no look at each: a body of any
length may be nothing else."""


class Line(NamedTuple):
    """A line that is not blank. `number` counts all lines from 1; `data` is None where it has
    more bytes than are read of one."""

    number: int
    data: bytes | None


class Result(NamedTuple):
    """What became of a line: the status that a request of its own would have been answered with,
    and the result line without its line end."""

    line: int
    status: int
    job_id: str | None
    data: bytes


def slices(read: Callable[[int], bytes], longest: int, most: int) -> Iterator[list[Line]]:
    """Lines as they come from `read(size)`, up to `most` at a time: whatever one read brought is
    handed on before the next one, which may have to wait for its data."""
    cutter = _Cutter(longest)
    while piece := read(_PIECE_BYTES):
        yield from _parts(cutter.feed(piece), most)
    yield from _parts(cutter.feed(b"\n"), most)


def _parts(lines: list[Line], most: int) -> Iterator[list[Line]]:
    for first in range(0, len(lines), most):
        yield lines[first : first + most]


class _Cutter:
    """Cuts pieces at their line ends."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._number = 0
        self._begun = bytearray()
        self._too_long = False

    def feed(self, piece: bytes) -> list[Line]:
        """The lines that `piece` ends."""
        end, newline, rest = piece.partition(b"\n")
        if not newline:
            self._append(end)
            return []
        first = self._end(end)
        ends, newline, begun = rest.rpartition(b"\n")
        lines = [*([first] if first else ()), *(self._whole(ends) if newline else ())]
        self._append(begun)
        return lines

    def _whole(self, ends: bytes) -> Iterator[Line]:
        """The lines of what has no other beginning: all but the last one's line ends are there."""
        at = 0
        for found in _WRITTEN.finditer(ends):
            self._number += ends.count(b"\n", at, found.start())
            begin = ends.rfind(b"\n", at, found.start()) + 1 or at
            at = found.end()
            yield Line(self._number + 1, ends[begin:at] if at - begin <= self._longest else None)
        self._number += ends.count(b"\n", at) + 1

    def _end(self, end: bytes) -> Line | None:
        self._append(end)
        data = None if self._too_long else bytes(self._begun)
        self._begun.clear()
        self._too_long = False
        self._number += 1
        return Line(self._number, data) if data is None or data.strip() else None

    def _append(self, data: bytes) -> None:
        if len(self._begun) + len(data) > self._longest:
            self._too_long = True
            self._begun.clear()
        elif not self._too_long:
            self._begun += data
