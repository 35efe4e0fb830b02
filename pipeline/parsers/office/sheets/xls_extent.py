"""How large the sheets of an XLS workbook are, told from its records before they are read."""

import struct

_SUBSTREAM, _END = (0x0809, 0x0009, 0x0209, 0x0409), 0x000A
_ONE_CELL = frozenset(
    {0x0002, 0x0003, 0x0004, 0x0005, 0x0006, 0x0203, 0x0204, 0x0205, 0x0206, 0x0406}
    | {0x00D6, 0x00FD, 0x027E, 0x007E}
)
_MANY_CELLS = 0x00BD
_LOCK = 0x002F
_DIMENSIONS, _TEXTS = (0x0000, 0x0200), 0x00FC
_HEADER = struct.Struct("<HH")
_PLACE = struct.Struct("<HH")


def is_locked(stream: bytes) -> bool:
    """Whether what follows the first records is encrypted, by whichever method."""
    at = 0
    while at + 4 <= len(stream):
        kind, length = _HEADER.unpack_from(stream, at)
        if kind in (_LOCK, _END):
            return bool(kind == _LOCK)
        at += 4 + length
    return False


def with_true_sizes(stream: bytes) -> bytes:
    """The same without what a workbook only claims of its sizes: calamine makes room for the
    rectangle of any Dimensions record, and for as many shared texts as are announced, and where
    there is no such room it takes the process down."""
    changed = bytearray(stream)
    at = 0
    while at + 4 <= len(stream):
        kind, length = _HEADER.unpack_from(stream, at)
        at += 4
        end = min(at + length, len(stream))
        if kind in _DIMENSIONS:
            changed[at:end] = bytes(end - at)
        elif kind == _TEXTS and end - at >= 8:
            count = int.from_bytes(stream[at + 4 : at + 8], "little")
            changed[at + 4 : at + 8] = min(count, len(stream)).to_bytes(4, "little")
        at += length
    return bytes(changed)


def cells_of_rectangles(stream: bytes) -> int:
    """The places in the smallest rectangles around the cells of each sheet, summed up.

    `stream` is the workbook's stream of records: 2 bytes of type, 2 of length, then data that
    for a cell begins with its row and its column.
    """
    total, at = 0, 0
    first_row, last_row, first_column, last_column = 0xFFFF, -1, 0xFFFF, -1
    while at + 4 <= len(stream):
        kind, length = _HEADER.unpack_from(stream, at)
        at += 4
        if kind in _ONE_CELL or kind == _MANY_CELLS:
            if length >= 4 and at + 4 <= len(stream):
                row, column = _PLACE.unpack_from(stream, at)
                width = (length - 6) // 6 if kind == _MANY_CELLS and length > 6 else 1
                first_row, last_row = min(first_row, row), max(last_row, row)
                first_column = min(first_column, column)
                last_column = max(last_column, column + width - 1)
        elif kind == _END or kind in _SUBSTREAM:
            total += max(0, last_row - first_row + 1) * max(0, last_column - first_column + 1)
            first_row, last_row, first_column, last_column = 0xFFFF, -1, 0xFFFF, -1
        at += length
    return total + max(0, last_row - first_row + 1) * max(0, last_column - first_column + 1)
