"""How paragraphs and characters of a binary Word file look: pages of 512 bytes of runs ([MS-DOC],
2.9.33 and 2.9.174), each with changes of properties (2.2.5: Sprm)."""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

_PAGE = 512
_PAGE_NUMBER = 0x3FFFFF
_BXPAP = 13
_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)  # of an operand, by the last three bits; 0 is said by its data
_DEFINES_TABLE, _CHANGES_TABS = 0xD608, 0xC615


class Run(NamedTuple):
    """Bytes of the file that look alike; `style` is that of a paragraph."""

    start: int
    end: int
    style: int
    changes: bytes


class Runs:
    """All runs of one kind, by where their text is in the file."""

    def __init__(self, table: bytes, stream: bytes, *, paragraphs: bool) -> None:
        self._runs: list[Run] = []
        count = max((len(table) - 4) // 8, 0)
        seen: set[int] = set()
        for at in range(count):
            (number,) = struct.unpack_from("<I", table, 4 * (count + 1) + 4 * at)
            page = (number & _PAGE_NUMBER) * _PAGE
            if page not in seen and page + _PAGE <= len(stream):
                seen.add(page)
                self._runs.extend(_page_runs(stream[page : page + _PAGE], paragraphs))
        self._runs = _apart(sorted(self._runs))
        self._starts = [run.start for run in self._runs]

    def at(self, place: int) -> Run | None:
        found = bisect_right(self._starts, place) - 1
        run = self._runs[found] if found >= 0 else None
        return run if run is not None and place < run.end else None

    def between(self, start: int, end: int) -> Iterator[Run]:
        for found in range(max(bisect_right(self._starts, start) - 1, 0), len(self._runs)):
            run = self._runs[found]
            if run.start >= end:
                return
            if run.end > start:
                yield run


def _apart(runs: list[Run]) -> list[Run]:
    """Without those that begin inside of another one: no program writes such, and a piece of text
    would have to look at all of them."""
    kept: list[Run] = []
    for run in runs:
        if run.end > run.start and (not kept or run.start >= kept[-1].end):
            kept.append(run)
    return kept


def changed(changes: bytes) -> dict[int, bytes]:
    """Operands by the code of what they change."""
    found: dict[int, bytes] = {}
    at = 0
    while at + 2 <= len(changes):
        code = int.from_bytes(changes[at : at + 2], "little")
        at += 2
        size = _SIZES[code >> 13]
        if code == _DEFINES_TABLE:
            size = int.from_bytes(changes[at : at + 2], "little") + 1
        elif not size:
            size = 1 + (changes[at] if at < len(changes) else 0)
            if code == _CHANGES_TABS and size == 256:
                return found  # its length takes counting, and nothing here comes after it
        found[code] = changes[at : at + size]
        at += size
    return found


def _page_runs(page: bytes, paragraphs: bool) -> Iterator[Run]:
    count = page[-1]
    size = _BXPAP if paragraphs else 1
    if 4 * (count + 1) + size * count >= _PAGE:
        return
    places = struct.unpack_from(f"<{count + 1}I", page, 0)
    for at in range(count):
        offset = 2 * page[4 * (count + 1) + size * at]
        style, changes = _paragraph(page, offset) if paragraphs else (0, _character(page, offset))
        yield Run(places[at], places[at + 1], style, changes)


def _paragraph(page: bytes, offset: int) -> tuple[int, bytes]:
    if not 0 < offset < _PAGE - 2:
        return 0, b""
    length, start = 2 * page[offset] - 1, offset + 1
    if not page[offset]:
        length, start = 2 * page[offset + 1], offset + 2
    data = page[start : start + max(length, 0)]
    return int.from_bytes(data[:2], "little"), data[2:]


def _character(page: bytes, offset: int) -> bytes:
    if not 0 < offset < _PAGE - 1:
        return b""
    return page[offset + 1 : offset + 1 + page[offset]]
