"""Small binary Word and PowerPoint files, written by hand, for tests."""

import struct
from collections.abc import Sequence

_SECTOR = 512
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
HEADING_1, BODY = 1, 0
IN_TABLE, ROW_ENDS = b"\x16\x24\x01", b"\x17\x24\x01"
HIDDEN, DELETED = b"\x3c\x08\x01", b"\x00\x08\x01"


def compound_file(streams: dict[str, bytes], storages: Sequence[str] = ()) -> bytes:
    """A compound file with these streams and empty storages in its root."""
    padded = {name: data.ljust(4096, b"\0") for name, data in streams.items()}
    entries = len(streams) + len(storages) + 1
    directory_sectors = -(-entries // 4)
    chain: list[int] = []
    starts: dict[str, int] = {}
    at = 1 + directory_sectors
    for name, data in padded.items():
        sectors = -(-len(data) // _SECTOR)
        starts[name] = at
        chain += [*range(at + 1, at + sectors), _END]
        at += sectors
    head = [_TABLE, *range(2, directory_sectors + 1), _END]
    table = struct.pack(f"<{len(head) + len(chain)}I", *head, *chain).ljust(_SECTOR, b"\xff")
    assert len(table) == _SECTOR
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<I", 0)
    names = [*streams, *storages]
    directory = _entry("Root Entry", 5, _FREE, 1 if names else _FREE, _END, 0)
    for place, name in enumerate(names, 1):
        following = place + 1 if place < len(names) else _FREE
        data = padded.get(name, b"")
        kind = 2 if name in padded else 1
        directory += _entry(name, kind, following, _FREE, starts.get(name, 0), len(data))
    body = b"".join(
        data.ljust(-(-len(data) // _SECTOR) * _SECTOR, b"\0") for data in padded.values()
    )
    return (
        header.ljust(_SECTOR, b"\xff")
        + table
        + directory.ljust(directory_sectors * _SECTOR, b"\0")
        + body
    )


def _entry(name: str, kind: int, following: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    links = struct.pack("<3I", _FREE, following, child)
    head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + links
    return head + bytes(36) + struct.pack("<IQ", start, size)


def doc(
    paragraphs: Sequence[tuple[str, int, bytes]],
    runs: Sequence[tuple[str, bytes]] = (),
    parts: Sequence[int] = (),
    flags: int = 0x0200,
    storages: Sequence[str] = (),
    repeated: int = 1,
) -> bytes:
    """A document of paragraphs (text with its end, style, changes). Each text of `runs` looks as
    its changes say. `parts` are the lengths of what follows the main text: footnotes, headers,
    macros, comments, endnotes, boxes, boxes of headers. `repeated` pieces show the same text."""
    text = "".join(each for each, _, _ in paragraphs)
    start = 0x600
    data = text.encode("utf-16-le")
    ends, at = [start], start
    for each, _, _ in paragraphs:
        at += 2 * len(each)
        ends.append(at)
    papx = _papx_page(ends, [(style, changes) for _, style, changes in paragraphs])
    chpx = _chpx_page(text, start, runs)
    places = [number * len(text) for number in range(repeated + 1)]
    pieces = struct.pack(f"<{repeated + 1}I", *places)
    pieces += struct.pack("<HIH", 0, start, 0) * repeated
    clx = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    styles = _styles()
    table = styles + clx
    bins = [(12, 0x1), (13, 0x2)]
    pointers = {1: (0, len(styles)), 33: (len(styles), len(clx))}
    for index, page in bins:
        pointers[index] = (len(table), 12)
        table += struct.pack("<III", start, ends[-1], page)
    rest = [*parts, *[0] * (7 - len(parts))]
    fib = bytearray(0x200)
    struct.pack_into("<HH", fib, 0, 0xA5EC, 0x00C1)
    struct.pack_into("<H", fib, 0x0A, flags)
    struct.pack_into("<8i", fib, 0x4C, repeated * len(text) - sum(rest), *rest)
    for index, (offset, length) in pointers.items():
        if 0x9A + 8 * index + 8 <= len(fib):
            struct.pack_into("<II", fib, 0x9A + 8 * index, offset, length)
    stream = bytes(fib) + chpx + papx + data
    return compound_file({"WordDocument": stream, "1Table": table}, storages)


def _papx_page(ends: Sequence[int], looks: Sequence[tuple[int, bytes]]) -> bytes:
    count = len(looks)
    page = bytearray(512)
    struct.pack_into(f"<{count + 1}I", page, 0, *ends)
    offset = 510
    for at, (style, changes) in enumerate(looks):
        body = struct.pack("<H", style) + changes
        body += b"\0" * ((len(body) + 1) % 2)
        offset = (offset - len(body) - 1) // 2 * 2
        page[offset] = (len(body) + 1) // 2
        page[offset + 1 : offset + 1 + len(body)] = body
        page[4 * (count + 1) + 13 * at] = offset // 2
    page[511] = count
    return bytes(page)


def _chpx_page(text: str, start: int, runs: Sequence[tuple[str, bytes]]) -> bytes:
    page = bytearray(512)
    offset = 510
    places = []
    for at, (words, changes) in enumerate(runs):
        found = text.index(words)
        places.append((start + 2 * found, start + 2 * (found + len(words))))
        offset = (offset - len(changes) - 1) // 2 * 2
        page[offset] = len(changes)
        page[offset + 1 : offset + 1 + len(changes)] = changes
        page[4 * (len(runs) + 1) + at] = offset // 2
    flat = [first for first, _ in places] + [places[-1][1]] if places else [start]
    struct.pack_into(f"<{len(flat)}I", page, 0, *flat)
    page[511] = len(runs)
    return bytes(page)


def _styles() -> bytes:
    """Normal, and the first heading."""
    header = struct.pack("<HH", 2, 10) + bytes(14)
    found = struct.pack("<H", len(header)) + header
    for number, name in ((0, "Normal"), (1, "heading 1")):
        base = struct.pack("<HHHHH", number, 1 | 0xFFF << 4, 0, 0, 0)
        style = base + struct.pack("<H", len(name)) + name.encode("utf-16-le") + b"\0\0"
        found += struct.pack("<H", len(style)) + style
    return found


def record(kind: int, data: bytes, instance: int = 0, *, container: bool = False) -> bytes:
    """A record of a PowerPoint file."""
    return struct.pack("<HHI", instance << 4 | (0xF if container else 0), kind, len(data)) + data


def text_box(kind: int, text: str, top: int = 0, left: int = 0) -> bytes:
    """A shape with a text of a kind."""
    anchor = record(0xF010, struct.pack("<4h", top, left, left + 500, top + 50))
    texts = record(3999, struct.pack("<I", kind)) + record(4000, text.encode("utf-16-le"))
    return record(0xF004, anchor + record(0xF00D, texts, container=True), container=True)


def ppt(
    slides: Sequence[bytes], notes: Sequence[bytes | None] = (), more: bytes = b"", token: int = 0
) -> bytes:
    """A presentation; each slide and each page of notes is its shapes. `more` are records of the
    document."""
    objects: list[bytes] = []
    lists = {0: b"", 2: b""}
    for number, shapes in enumerate(slides):
        has_notes = number < len(notes) and notes[number] is not None
        atom = record(1007, struct.pack("<I8xIII", 0, 0, number + 1 if has_notes else 0, 0))
        objects.append(record(1006, atom + _drawing(shapes), container=True))
        lists[0] += record(1011, struct.pack("<IIiII", len(objects) + 1, 0, 0, 256 + number, 0))
    for number, page in enumerate(notes):
        if page is not None:
            objects.append(record(1008, _drawing(page), container=True))
            lists[2] += record(1011, struct.pack("<IIiII", len(objects) + 1, 0, 0, number + 1, 0))
    document = b"".join(record(4080, each, which, container=True) for which, each in lists.items())
    stream, places = b"", []
    for each in (record(1000, document + more, container=True), *objects):
        places.append(len(stream))
        stream += each
    directory = len(stream)
    entries = struct.pack("<I", len(places) << 20 | 1) + struct.pack(f"<{len(places)}I", *places)
    stream += record(6002, entries)
    edit = len(stream)
    stream += record(4085, struct.pack("<IIIIIII", 0, 0, 0, directory, 1, 0, 0))
    user = record(4086, struct.pack("<III", 20, token or 0xE391C05F, edit) + bytes(12))
    return compound_file({"PowerPoint Document": stream, "Current User": user})


def _drawing(shapes: bytes) -> bytes:
    group = record(0xF003, record(0xF004, b"", container=True) + shapes, container=True)
    return record(1036, record(0xF002, group, container=True), container=True)
