"""XLSB, the binary workbook of Excel: read by ourselves, as people see its cells, for calamine
fills the rectangle around a sheet's cells and knows no formats of numbers."""

import struct
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from gristmill.pipeline.parsers.office.left_out import LeftOut
from gristmill.pipeline.parsers.office.numbers.formats import BUILTIN, shown, shown_text
from gristmill.pipeline.parsers.office.opc import Package
from gristmill.pipeline.parsers.office.sheets.sheet_blocks import SheetLimits, sheet_blocks
from gristmill.pipeline.parsers.office.sheets.sheet_extras import SheetExtras
from gristmill.pipeline.parsers.office.sheets.xlsb_records import (
    packed_number,
    records,
    wide_text,
)
from gristmill.pipeline.parsers.office.sheets.xlsx_cells import MAX_COLUMNS, MAX_ROWS
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

media_types = ("application/vnd.ms-excel.sheet.binary.macroenabled.12",)
version = "2"

_MAX_LISTED, _NAME_CHARS = 200, 200
_ROW, _TEXT_ITEM, _FORMAT, _LOOK = 0, 19, 44, 47
_WORKBOOK, _SHEET, _LOOKS, _LOOKS_END = 153, 156, 617, 618
_SHORT = range(12, 19)  # cells that stand right of the one before, whose column is not said
_PACKED, _ERROR, _BOOL, _REAL, _TEXT, _SHARED, _RICH = 2, 3, 4, 5, 6, 7, 62
_FORMULAS = {8: _TEXT, 9: _REAL, 10: _BOOL, 11: _ERROR}
_CELLS = frozenset({*range(1, 8), *_FORMULAS, *_SHORT, _RICH})
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


class _Workbook(NamedTuple):
    texts: list[str]
    codes: list[str]
    since_1904: bool


def preload() -> None:
    from lxml import etree  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Sheets in their order, hidden ones too.

    Raises DocumentError `parse_error`, `too_large` (over `limits.max_cells` too) or `encrypted`.
    """
    package = Package(blob, limits)
    main = package.main("xl/workbook.bin")
    related = package.related(main)
    left_out = LeftOut()
    left_out.by_relations(Counter(each.kind for each in related.values()))
    parts = {each.kind: each.part for each in related.values()}
    sheets, since_1904 = _sheets(package.bytes(main) or b"")
    workbook = _Workbook(
        _texts(package.bytes(parts.get("sharedStrings", "")) or b""),
        _codes(package.bytes(parts.get("styles", "")) or b""),
        since_1904,
    )
    title, metadata = package.properties()
    metadata["sheets"] = [name for name, _ in sheets][:_MAX_LISTED]
    room = SheetLimits(limits, len(blob.data))
    extras = SheetExtras(package, limits, len(blob.data), left_out)
    blocks: list[Block] = []
    for name, identity in sheets:
        part = related.get(identity)
        if part is None or part.kind not in ("worksheet", "chartsheet"):
            continue
        rows = _rows(package.bytes(part.part) or b"", workbook)
        found = list(sheet_blocks(name, rows, room))
        more = extras.blocks(part.part)
        if more and not found:
            found.append(Block(BlockKind.HEADING, name, 1))
        blocks.extend([*found, *more])
    return Parsed(tuple(blocks), title, metadata, warnings=left_out.warnings())


def _sheets(data: bytes) -> tuple[list[tuple[str, str]], bool]:
    """(name, id of the relationship) of each sheet; whether days count from 1904."""
    found: list[tuple[str, str]] = []
    since_1904 = False
    for kind, record in records(data):
        if kind == _WORKBOOK and record:
            since_1904 = bool(record[0] & 1)
        elif kind == _SHEET:
            identity, end = wide_text(record, 8)
            name, _ = wide_text(record, end)
            found.append((name[:_NAME_CHARS] or "Sheet", identity))
    return found, since_1904


def _texts(data: bytes) -> list[str]:
    return [wide_text(record, 1)[0] for kind, record in records(data) if kind == _TEXT_ITEM]


def _codes(data: bytes) -> list[str]:
    """The code of the number format of each cell style."""
    own: dict[int, str] = {}
    codes: list[str] = []
    inside = False
    for kind, record in records(data):
        if kind == _FORMAT and len(record) >= 2:
            own[int.from_bytes(record[:2], "little")] = wide_text(record, 2)[0]
        elif kind in (_LOOKS, _LOOKS_END):
            inside = kind == _LOOKS
        elif kind == _LOOK and inside:
            number = int.from_bytes(record[2:4], "little")
            codes.append(own.get(number, BUILTIN.get(number, "")))
    return codes


def _rows(data: bytes, workbook: _Workbook) -> Iterator[list[str]]:
    row: list[str] = []
    last, column = -1, -1
    for kind, record in records(data):
        if kind == _ROW and len(record) >= 4:
            (at,) = struct.unpack_from("<I", record)
            if at >= MAX_ROWS:
                raise _out_of_sheet()
            if last >= 0:
                yield row
            if at > last + 1:
                yield []
            row, last, column = [], at, -1
        elif kind in _CELLS and last >= 0:
            column, text = _cell(kind, record, column, workbook)
            if text:
                row.extend([""] * (column + 1 - len(row)))
                row[column] = text
    yield row


def _cell(kind: int, record: bytes, before: int, workbook: _Workbook) -> tuple[int, str]:
    """Its column and its text."""
    if kind in _SHORT:
        kind, column, at = kind - _SHORT[0] + 1, before + 1, 0
    else:
        column, at = int.from_bytes(record[:4], "little"), 4
    if column >= MAX_COLUMNS:
        raise _out_of_sheet()
    style = int.from_bytes(record[at : at + 3], "little")
    code = workbook.codes[style] if style < len(workbook.codes) else ""
    return column, _value(_FORMULAS.get(kind, kind), record[at + 4 :], code, workbook)


def _value(kind: int, data: bytes, code: str, workbook: _Workbook) -> str:
    if kind == _PACKED and len(data) >= 4:
        number = packed_number(int.from_bytes(data[:4], "little"))
        return shown(number, code, workbook.since_1904)
    if kind == _REAL and len(data) >= 8:
        return shown(struct.unpack_from("<d", data)[0], code, workbook.since_1904)
    if kind == _SHARED:
        at = int.from_bytes(data[:4], "little")
        return shown_text(workbook.texts[at], code) if at < len(workbook.texts) else ""
    if kind in (_TEXT, _RICH):
        return shown_text(wide_text(data, 1 if kind == _RICH else 0)[0], code)
    if kind == _BOOL and data:
        return "TRUE" if data[0] else "FALSE"
    return _ERRORS.get(data[0], "#ERROR") if kind == _ERROR and data else ""


def _out_of_sheet() -> DocumentError:
    return DocumentError(DocumentCode.PARSE_ERROR, "a cell is outside of any sheet")
