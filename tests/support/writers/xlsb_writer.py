"""Small binary workbooks, written by hand, for tests."""

import struct
from collections.abc import Mapping

from support.writers.office_writer import relationships, zipped

Value = str | float | bool | int


def record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(data)
    sizes = b""
    while True:
        sizes += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return head + sizes + data


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(
    rows: Mapping[int, Mapping[int, tuple[Value, int]]],
    formats: tuple[str, ...] = (),
    since_1904: bool = False,
    others: dict[str, str | bytes] | None = None,
    relations: str = "",
) -> bytes:
    """A workbook of one sheet `Gears`: by row, by column, a value and the place of its format in
    `formats`, from 1 (0 for none). Texts that begin with `=` are shared."""
    shared: list[str] = []
    sheet = record(129) + record(148, struct.pack("<4I", 0, max(rows), 0, 9)) + record(145)
    for row, cells in rows.items():
        sheet += record(0, struct.pack("<IIHBBBI", row, 0, 300, 0, 0, 0, 0))
        for column, (value, style) in cells.items():
            sheet += _cell(struct.pack("<II", column, style), value, shared)
    sheet += record(146) + record(130)
    own = b"".join(
        record(44, struct.pack("<H", 163 + n) + wide(code)) for n, code in enumerate(formats, 1)
    )
    looks = b"".join(
        record(47, struct.pack("<HHHHHBBHH", 0, number, 0, 0, 0, 0, 0, 0, 0)[:16])
        for number in (0, *range(164, 164 + len(formats)))
    )
    styles = record(278) + record(615, struct.pack("<I", len(formats))) + own + record(616)
    styles += record(617, struct.pack("<I", len(formats) + 1)) + looks + record(618) + record(279)
    texts = b"".join(record(19, b"\0" + wide(text)) for text in shared)
    workbook = record(131) + record(153, struct.pack("<II", int(since_1904), 0) + wide(""))
    workbook += record(143) + record(156, struct.pack("<II", 0, 1) + wide("s1") + wide("Gears"))
    workbook += record(144) + record(132)
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relationships(("r", "officeDocument", "xl/workbook.bin")),
            "xl/workbook.bin": workbook,
            "xl/_rels/workbook.bin.rels": relationships(
                ("s1", "worksheet", "worksheets/sheet1.bin"),
                ("s2", "styles", "styles.bin"),
                ("s3", "sharedStrings", "sharedStrings.bin"),
            ),
            "xl/worksheets/sheet1.bin": sheet,
            "xl/styles.bin": styles,
            "xl/sharedStrings.bin": record(159, struct.pack("<II", len(shared), len(shared)))
            + texts
            + record(160),
            **({"xl/worksheets/_rels/sheet1.bin.rels": relations} if relations else {}),
            **(others or {}),
        }
    )


def _cell(head: bytes, value: Value, shared: list[str]) -> bytes:
    if isinstance(value, bool):
        return record(4, head + bytes([value]))
    if isinstance(value, int):
        return record(2, head + struct.pack("<i", value << 2 | 2))
    if isinstance(value, float):
        return record(5, head + struct.pack("<d", value))
    if value.startswith("="):
        shared.append(value[1:])
        return record(7, head + struct.pack("<I", len(shared) - 1))
    return record(6, head + wide(value))
