"""The parts of a binary Word file and where they are ([MS-DOC], 2.5: the FIB)."""

import struct
from typing import NamedTuple

from gristmill.pipeline.unpacking.compound import Compound
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

_MAGIC = 0xA5EC
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_WORD_97 = 0x00C1
_COUNTS, _POINTERS = 0x4C, 0x9A
_STSH, _CHPX, _PAPX, _CLX, _LISTS, _OVERRIDES = 1, 12, 13, 33, 73, 74


class Counts(NamedTuple):
    """Characters of each part of the text, in the order in which they follow each other."""

    main: int
    footnotes: int
    headers: int
    macros: int
    comments: int
    endnotes: int
    boxes: int
    header_boxes: int


class DocFile:
    """An open file. Raises DocumentError `parse_error`, `encrypted`."""

    def __init__(self, compound: Compound) -> None:
        self.stream = compound.read("WordDocument")
        if len(self.stream) < _COUNTS or self._word(0) != _MAGIC:
            raise DocumentError(DocumentCode.PARSE_ERROR, "the document has no text of Word's")
        flags = self._word(0x0A)
        if flags & _ENCRYPTED:
            raise DocumentError(
                DocumentCode.ENCRYPTED, "the document is encrypted; save it without a password"
            )
        self.is_older = self._word(2) < _WORD_97
        self._table = compound.read("1Table" if flags & _SECOND_TABLE else "0Table")
        if self.is_older:
            self.counts = Counts(max(self._number(0x34), 0), 0, 0, 0, 0, 0, 0, 0)
        elif len(self.stream) < _POINTERS:
            raise DocumentError(DocumentCode.PARSE_ERROR, "the document's beginning is cut off")
        else:
            self.counts = Counts(
                *(max(each, 0) for each in struct.unpack_from("<8i", self.stream, _COUNTS))
            )

    @property
    def styles(self) -> bytes:
        return self._part(_STSH)

    @property
    def characters(self) -> bytes:
        return self._part(_CHPX)

    @property
    def paragraphs(self) -> bytes:
        return self._part(_PAPX)

    @property
    def pieces(self) -> bytes:
        return self._part(_CLX)

    @property
    def lists(self) -> bytes:
        """The lists, and their levels, which are behind what the part's length says."""
        start, length = self._pointer(_LISTS)
        return self._table[start:] if length else b""

    @property
    def overrides(self) -> bytes:
        return self._part(_OVERRIDES)

    def older_text(self) -> bytes:
        """The text of Word 6 and 95, which is in one piece unless it was saved in haste."""
        start = self._number(0x18)
        return self.stream[max(start, 0) : max(start, 0) + self.counts.main]

    def _part(self, at: int) -> bytes:
        start, length = self._pointer(at)
        return self._table[start : start + length]

    def _pointer(self, at: int) -> tuple[int, int]:
        place = _POINTERS + 8 * at
        if self.is_older or place + 8 > len(self.stream):
            return 0, 0
        start, length = struct.unpack_from("<II", self.stream, place)
        return start, length

    def _word(self, at: int) -> int:
        return int.from_bytes(self.stream[at : at + 2], "little")

    def _number(self, at: int) -> int:
        return int.from_bytes(self.stream[at : at + 4], "little", signed=True)
