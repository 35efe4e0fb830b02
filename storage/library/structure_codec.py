"""How a document's structure is kept: compressed, and without the text that its chunks have.

A block is a row of kind, level, page, how far behind the end of the last block it begins, length,
box in tenths of a point, text, cells; what is missing at the end of a row is None. Only a block
that is in no chunk, or not wholly, has its text here.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

import msgspec

from gristmill.schemas.outcomes.structure import BlockKind, Box, Cell, StructureBlock

_RAW, _DEFLATED = b"\x00", b"\x01"
_WORTH_DEFLATING = 400
_FARTHEST = 1e7
"""Points: no page is as long."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[list[Any]]).decode


class Piece(Protocol):
    """A part of a document's text: `text == normalised[start:end]`."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def text(self) -> str: ...


def encode(structure: Sequence[StructureBlock], chunks: Iterable[Piece]) -> bytes | None:
    """None where there is no structure. `chunks` are in order, and only blanks are in none."""
    if not structure:
        return None
    gaps = list(_gaps(chunks, max(block.end or 0 for block in structure)))
    packed = _encode(list(_rows(structure, gaps)))
    if len(packed) < _WORTH_DEFLATING:
        return _RAW + packed
    return _DEFLATED + zlib.compress(packed, 1)


def decode(stored: bytes, chunks: Iterable[Piece]) -> tuple[StructureBlock, ...]:
    """What was encoded, boxes to a tenth of a point. Raises msgspec.DecodeError for anything
    else."""
    try:
        packed = zlib.decompress(stored[1:]) if stored[:1] == _DEFLATED else stored[1:]
        return tuple(_blocks(_decode(packed), joined(chunks)))
    except (zlib.error, ValueError, TypeError) as error:
        raise msgspec.DecodeError(f"a document's structure: {error}") from None


def is_sound(stored: bytes) -> bool:
    """Whether it can be decoded, whatever the chunks."""
    try:
        decode(stored, ())
    except msgspec.DecodeError:
        return False
    return True


def joined(chunks: Iterable[Piece]) -> str:
    """The text that chunks are of. Blanks that are in none lay between blocks: they become line
    ends."""
    parts: list[str] = []
    position = 0
    for chunk in chunks:
        if chunk.start > position:
            parts.append("\n" * (chunk.start - position))
            position = chunk.start
        parts.append(chunk.text[position - chunk.start :])
        position = max(position, chunk.end)
    return "".join(parts)


def _gaps(chunks: Iterable[Piece], end: int) -> Iterator[tuple[int, int]]:
    position = 0
    for chunk in chunks:
        if chunk.start > position:
            yield position, chunk.start
        position = max(position, chunk.end)
    if position < end:
        yield position, end


def _rows(structure: Iterable[StructureBlock], gaps: list[tuple[int, int]]) -> Iterator[list[Any]]:
    position = gap = 0
    for block in structure:
        row: list[Any] = [block.kind.value, block.level, block.page]
        if block.start is None or block.end is None:
            row += [None, None, _tenths(block.box), _utf8(block.text)]
        else:
            while gap < len(gaps) and gaps[gap][1] <= block.start:
                gap += 1
            missing = gap < len(gaps) and gaps[gap][0] < block.end
            text = _utf8(block.text) if missing else None
            row += [block.start - position, block.end - block.start, _tenths(block.box), text]
            position = block.end
        cells = [cell._replace(text=_utf8(cell.text)) for cell in block.cells]
        row.append(cells or None)
        while row[-1] is None:
            row.pop()
        yield row


def _blocks(rows: Iterable[Sequence[Any]], text: str) -> Iterator[StructureBlock]:
    position = 0
    for row in rows:
        row = [*row, *[None] * (8 - len(row))]
        kind, level, page, behind, length, box, own, cells = row
        start = end = None
        if behind is not None:
            start, end = position + behind, position + behind + length
            position = end
            own = text[start:end] if own is None else own
        yield StructureBlock(
            BlockKind(kind),
            own or "",
            level,
            page,
            Box(*(tenths / 10 for tenths in box)) if box else None,
            tuple(Cell(*cell) for cell in cells or ()),
            start,
            end,
        )


def _tenths(box: Box | None) -> list[int] | None:
    if box is None or not all(abs(place) < _FARTHEST for place in box):
        return None
    return [round(place * 10) for place in box]


def _utf8(text: str) -> str:
    return text.encode(errors="replace").decode()
