"""A bitmap as PNG (ISO/IEC 15948), without any library but zlib."""

import struct
import zlib

_COLOURS = {1: 0, 3: 2, 4: 6}
"""The colour type of so many channels: grey, red-green-blue, and that with alpha."""


def png(width: int, height: int, channels: int, stride: int, pixels: memoryview) -> bytes:
    """8 bits a channel; a row takes `stride` bytes. Raises ValueError for other channels."""
    if channels not in _COLOURS:
        raise ValueError(f"a PNG of {channels} channels")
    packer = zlib.compressobj(6)
    rows = bytearray()
    for row in range(height):
        line = pixels[row * stride : row * stride + width * channels]
        rows += packer.compress(b"\0" + bytes(line))
    rows += packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, _COLOURS[channels], 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", bytes(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
