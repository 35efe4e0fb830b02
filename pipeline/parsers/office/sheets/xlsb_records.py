"""The records of a binary workbook's parts ([MS-XLSB], 2.1.4), and the values in them."""

import struct
from collections.abc import Iterator

_MOST_SIZE_BYTES = 4


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and data of each; what is cut off ends there."""
    at = 0
    while at < len(data):
        kind = data[at]
        at += 1
        if kind & 0x80 and at < len(data):
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        for _ in range(_MOST_SIZE_BYTES):
            if at >= len(data):
                return
            size |= (data[at] & 0x7F) << shift
            at += 1
            if not data[at - 1] & 0x80:
                break
            shift += 7
        yield kind, data[at : at + size]
        at += size


def wide_text(data: bytes, at: int = 0) -> tuple[str, int]:
    """A text and where it ends; as much of it as there is."""
    if at + 4 > len(data):
        return "", len(data)
    (length,) = struct.unpack_from("<I", data, at)
    end = at + 4 + 2 * min(length, len(data))
    return data[at + 4 : end].decode("utf-16-le", "replace"), end


def packed_number(code: int) -> float:
    """An RK number: a whole one or the upper part of another, in hundredths or not."""
    if code & 2:
        number = float((code >> 2) - (1 << 30 if code & 0x80000000 else 0))
    else:
        (number,) = struct.unpack("<d", struct.pack("<Q", (code & 0xFFFFFFFC) << 32))
    return number / 100 if code & 1 else number
