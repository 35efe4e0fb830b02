"""The text of a binary Word file, from its pieces ([MS-DOC], 2.4.1)."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from gristmill.pipeline.parsers.office.binary.doc_file import DocFile
from gristmill.pipeline.parsers.office.binary.doc_properties import Runs, changed
from gristmill.pipeline.parsers.office.symbols import symbol
from gristmill.pipeline.parsers.text_room import TextRoom
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

HIDDEN = "\0"
"""Stands for a character that is not shown, so that places stay what they are."""

_ENDS = "\r\x07\x0c"
_PROPERTIES, _PIECES = 1, 2
_COMPRESSED = 0x40000000
_VANISH, _DELETED, _SYMBOL = 0x083C, 0x0800, 0x6A09
_PRIVATE = 0xF000


class Piece(NamedTuple):
    """Characters that are together in the file; `width` is the bytes of one."""

    length: int
    start: int
    width: int


class DocText(NamedTuple):
    """All parts' text in one; `marks` says where in the file the ends of paragraphs are, by
    their place in the text."""

    text: str
    marks: dict[int, int]


def read_text(file: DocFile, room: TextRoom) -> DocText:
    """Raises DocumentError `parse_error`, `too_large`."""
    if file.is_older:
        return DocText(file.older_text().decode("cp1252", "replace"), {})
    characters = Runs(file.characters, file.stream, paragraphs=False)
    most = sum(file.counts) + 2
    parts: list[str] = []
    marks: dict[int, int] = {}
    done = 0
    for piece in _pieces(file.pieces):
        text = _piece_text(piece, file.stream, most - done)
        room.take(text)
        for at, letter in enumerate(text):
            if letter in _ENDS:
                marks[done + at] = piece.start + at * piece.width
        parts.append(_shown(text, piece, characters))
        done += len(text)
        if done >= most or len(text) < piece.length:
            break  # what comes after a piece that the file does not have would be misplaced
    return DocText("".join(parts), marks)


def _pieces(clx: bytes) -> Iterator[Piece]:
    at = 0
    while at < len(clx) and clx[at] == _PROPERTIES:
        at += 3 + int.from_bytes(clx[at + 1 : at + 3], "little")
    if at + 5 > len(clx) or clx[at] != _PIECES:
        raise DocumentError(DocumentCode.PARSE_ERROR, "the document's text cannot be found")
    (length,) = struct.unpack_from("<I", clx, at + 1)
    table = clx[at + 5 : at + 5 + length]
    count = max((len(table) - 4) // 12, 0)
    places = struct.unpack_from(f"<{count + 1}I", table, 0)
    for number in range(count):
        (place,) = struct.unpack_from("<I", table, 4 * (count + 1) + 8 * number + 2)
        size = max(places[number + 1] - places[number], 0)
        if place & _COMPRESSED:
            yield Piece(size, (place & ~_COMPRESSED) // 2, 1)
        else:
            yield Piece(size, place, 2)


def _piece_text(piece: Piece, stream: bytes, most: int) -> str:
    """Fewer characters than there should be where the file ends, or where `most` are left."""
    length = min(piece.length, most)
    data = stream[piece.start : piece.start + length * piece.width]
    if piece.width == 1:
        return data.decode("cp1252", "replace")
    codes = struct.unpack(f"<{len(data) // 2}H", data[: len(data) // 2 * 2])
    return "".join(map(chr, codes))


def _shown(text: str, piece: Piece, characters: Runs) -> str:
    """Without what is hidden or deleted, with signs of symbol fonts as what they show."""
    out: list[str] = []
    done = 0
    end = piece.start + len(text) * piece.width
    for run in characters.between(piece.start, end):
        changes = changed(run.changes)
        hidden = _is_on(changes.get(_VANISH)) or _is_on(changes.get(_DELETED))
        sign = changes.get(_SYMBOL)
        if not hidden and sign is None:
            continue
        first = max((run.start - piece.start) // piece.width, done)
        last = max((run.end - piece.start) // piece.width, first)
        out.append(text[done:first])
        covered = text[first:last]
        if hidden:
            out.append("".join(each if each in _ENDS else HIDDEN for each in covered))
        else:
            out.append(_sign(sign or b"") * len(covered))
        done = min(last, len(text))
    out.append(text[done:])
    return "".join(out)


def _is_on(operand: bytes | None) -> bool:
    return bool(operand) and operand is not None and operand[0] in (1, 0x81)


def _sign(operand: bytes) -> str:
    """The sign of a symbol; which of the fonts of signs it is from is told by its code alone."""
    code = int.from_bytes(operand[2:4], "little")
    return symbol(code, "Symbol" if code >= _PRIVATE else "")[:1] or HIDDEN
