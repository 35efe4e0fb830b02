"""The records of a binary PowerPoint file ([MS-PPT], 2.3.1), and where its objects are (2.1.2)."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

_HEADER = struct.Struct("<HHI")
_CONTAINER = 0xF
_USER_EDIT, _DIRECTORY = 4085, 6002
_ENCRYPTED = 0xF3D1C4DF
_MOST_EDITS = 10_000


class Record(NamedTuple):
    """A record whose data are `stream[start:end]`."""

    kind: int
    instance: int
    is_container: bool
    stream: bytes
    start: int
    end: int

    @property
    def data(self) -> bytes:
        return self.stream[self.start : self.end]

    def children(self) -> "Iterator[Record]":
        return records(self.stream, self.start, self.end)

    def first(self, kind: int) -> "Record | None":
        return next((each for each in self.children() if each.kind == kind), None)


def records(stream: bytes, start: int, end: int) -> Iterator[Record]:
    """One after the other; what reaches over the end ends there."""
    while start + 8 <= end:
        found = record_at(stream, start, end)
        yield found
        start = found.end


def record_at(stream: bytes, at: int, end: int | None = None) -> Record:
    """Raises DocumentError `parse_error` where there is none."""
    last = len(stream) if end is None else end
    if not 0 <= at <= last - 8:
        raise DocumentError(DocumentCode.PARSE_ERROR, "the presentation is cut off")
    first, kind, length = _HEADER.unpack_from(stream, at)
    begin = at + 8
    is_container = first & 0xF == _CONTAINER
    return Record(kind, first >> 4, is_container, stream, begin, min(begin + length, last))


class Directory:
    """Where the objects of the last edit are, by their numbers."""

    def __init__(self, stream: bytes, current_user: bytes) -> None:
        self._stream = stream
        self._places: dict[int, int] = {}
        if len(current_user) < 20:
            raise DocumentError(DocumentCode.PARSE_ERROR, "the presentation has no last edit")
        token, at = struct.unpack_from("<II", current_user, 12)
        if token == _ENCRYPTED:
            raise DocumentError(
                DocumentCode.ENCRYPTED, "the presentation is encrypted; save it without a password"
            )
        self.document = 0
        seen: set[int] = set()
        while at and at not in seen and len(seen) < _MOST_EDITS:
            seen.add(at)
            at = self._edit(at)

    def object(self, number: int) -> Record | None:
        at = self._places.get(number)
        return record_at(self._stream, at) if at is not None else None

    def _edit(self, at: int) -> int:
        """Read an edit, whose objects are older than those that are known; where the one before
        it is."""
        edit = record_at(self._stream, at)
        if edit.kind != _USER_EDIT or edit.end - edit.start < 20:
            raise DocumentError(DocumentCode.PARSE_ERROR, "the presentation's last edit is broken")
        before, directory, document = struct.unpack_from("<III", self._stream, edit.start + 8)
        self.document = self.document or document
        table = record_at(self._stream, directory)
        if table.kind == _DIRECTORY:
            self._entries(table)
        return int(before)

    def _entries(self, table: Record) -> None:
        at = table.start
        while at + 4 <= table.end:
            (entry,) = struct.unpack_from("<I", self._stream, at)
            at += 4
            for number in range(entry >> 20):
                if at + 4 > table.end:
                    return
                (place,) = struct.unpack_from("<I", self._stream, at)
                self._places.setdefault((entry & 0xFFFFF) + number, place)
                at += 4
