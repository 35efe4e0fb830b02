"""An OLE compound file written anew, so that a native reader never sees the one that came."""

import struct

_SECTOR = 4096
_ENTRIES = _SECTOR // 4
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_LISTED = 109
"""Sectors of the table that the header itself lists: enough for 450 MB."""


def compound_of(name: str, content: bytes) -> bytes:
    """A file with this one stream in its root ([MS-CFB], version 4: sectors of 4 KiB).

    The stream is padded with zeros to whole sectors. Raises ValueError for over 450 MB.
    """
    content = content.ljust(_SECTOR, b"\0")  # smaller ones would be kept in another way
    sectors = -(-len(content) // _SECTOR)
    tables = -(-(sectors + 2) // (_ENTRIES - 1))
    if tables > _LISTED:
        raise ValueError("the stream is too large for a compound file without further tables")
    first = tables + 2  # after the table, the directory, and a stream of small ones, which
    # calamine wants to be there although it is empty
    chain = [_TABLE] * tables + [_END, _END, *range(first + 1, first + sectors), _END]
    return b"".join(
        (
            _header(tables).ljust(_SECTOR, b"\0"),
            struct.pack(f"<{len(chain)}I", *chain).ljust(tables * _SECTOR, b"\xff"),
            _entry("Root Entry", 5, 1, tables + 1, 64),
            _entry(name, 2, _FREE, first, len(content)).ljust(2 * _SECTOR - 128, b"\0"),
            content.ljust(sectors * _SECTOR, b"\0"),
        )
    )


def _header(tables: int) -> bytes:
    listed = [*range(tables), *[_FREE] * (_LISTED - tables)]
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<5H6x", 0x3E, 4, 0xFFFE, 12, 6)
        + struct.pack("<9I", 1, tables, tables, 0, 4096, _END, 0, _END, 0)
        + struct.pack(f"<{_LISTED}I", *listed)
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    links = struct.pack("<3I", _FREE, _FREE, child)
    head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + links
    return head + bytes(36) + struct.pack("<IQ", start, size)
