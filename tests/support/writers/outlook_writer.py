"""Messages as Outlook writes them: TNEF, and compound files of MAPI properties."""

import struct
from collections.abc import Mapping

_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR = 512

Folder = Mapping[str, "bytes | Folder"]
Text = str | bytes


def attribute(level: int, tag: int, data: bytes) -> bytes:
    return bytes([level]) + struct.pack("<II", tag, len(data)) + data + struct.pack("<H", 0)


def tnef(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


def tnef_attachment(name: bytes, data: bytes, properties: bytes = b"") -> bytes:
    more = attribute(2, 0x00069005, properties) if properties else b""
    return (
        attribute(2, 0x00069002, bytes(14))
        + attribute(2, 0x00018010, name + b"\0")
        + attribute(2, 0x0006800F, data)
        + more
    )


def tnef_properties(values: Mapping[tuple[int, int], bytes]) -> bytes:
    """By id and type, each of variable length."""
    out = [struct.pack("<I", len(values))]
    for (key, kind), value in values.items():
        named = bytes(16) + struct.pack("<II", 0, 1) if key >= 0x8000 else b""
        out.append(struct.pack("<HH", kind, key) + named)
        out.append(struct.pack("<II", 1, len(value)) + value + bytes(-len(value) % 4))
    return b"".join(out)


def message(
    texts: Mapping[int, Text], attachments: tuple[Folder, ...] = (), header: int = 32
) -> Folder:
    """Texts by the ids of their properties: a str as UTF-16, bytes as binary."""
    found: dict[str, bytes | Folder] = {"__properties_version1.0": bytes(header)}
    for key, text in texts.items():
        kind, data = (0x1F, text.encode("utf-16-le")) if isinstance(text, str) else (0x102, text)
        found[f"__substg1.0_{key:04X}{kind:04X}"] = data
    for number, attached in enumerate(attachments):
        found[f"__attach_version1.0_#{number:08X}"] = attached
    return found


def file_attached(name: str, data: bytes) -> Folder:
    return message({0x3707: name, 0x3701: data}, header=8)


def message_attached(inner: Folder) -> Folder:
    return {**message({}, header=8), "__substg1.0_3701000D": inner}


def compound(root: Folder) -> bytes:
    """A compound file ([MS-CFB], version 3)."""
    return _Writer().written(root)


class _Writer:
    """Streams below 4,096 bytes stand in pieces of 64 in the root's own stream."""

    def __init__(self) -> None:
        self._entries: list[list[str | int]] = [["Root Entry", 5, _FREE, _FREE, _END, 0]]
        self._sectors: list[bytes] = []
        self._chain: list[int] = []
        self._small: list[bytes] = []
        self._small_chain: list[int] = []

    def written(self, root: Folder) -> bytes:
        self._place(root, 0)
        small = b"".join(self._small)
        self._entries[0][4:] = [self._large(small), len(small)]
        small_table = struct.pack(f"<{len(self._small_chain)}I", *self._small_chain)
        small_table += b"\xff" * (-len(small_table) % _SECTOR)
        first_small = self._large(small_table)
        directory = b"".join(_entry(*entry) for entry in self._entries)  # type: ignore[arg-type]
        start = self._large(directory + bytes(-len(directory) % _SECTOR))
        tables = -(-(len(self._chain) + 1) // 127)
        first = len(self._sectors)
        self._chain += [_TABLE] * tables
        packed = struct.pack(f"<{len(self._chain)}I", *self._chain)
        table = packed.ljust(tables * _SECTOR, b"\xff")
        listed = [*range(first, first + tables), *[_FREE] * (109 - tables)]
        numbers = (0, tables, start, 0, 4096, first_small, len(small_table) // _SECTOR, _END, 0)
        head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
        head += struct.pack("<5H6x9I109I", 62, 3, 65534, 9, 6, *numbers, *listed)
        return head + b"".join(self._sectors) + table

    def _place(self, folder: Folder, parent: int) -> None:
        before: int | None = None
        for name, content in folder.items():
            at = len(self._entries)
            if isinstance(content, bytes):
                self._entries.append([name, 2, _FREE, _FREE, self._stream(content), len(content)])
            else:
                self._entries.append([name, 1, _FREE, _FREE, 0, 0])
                self._place(content, at)
            self._entries[parent if before is None else before][3 if before is None else 2] = at
            before = at

    def _stream(self, content: bytes) -> int:
        if len(content) >= 4096:
            return self._large(content)
        return _add(content, 64, self._small, self._small_chain)

    def _large(self, content: bytes) -> int:
        return _add(content, _SECTOR, self._sectors, self._chain)


def _add(content: bytes, size: int, sectors: list[bytes], chain: list[int]) -> int:
    if not content:
        return _END
    start, count = len(sectors), -(-len(content) // size)
    padded = content.ljust(count * size, b"\0")
    sectors += [padded[at : at + size] for at in range(0, len(padded), size)]
    chain += [*range(start + 1, start + count), _END]
    return start


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    links = struct.pack("<3I", _FREE, right, child)
    head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + links
    return head + bytes(36) + struct.pack("<IQ", start, size)
