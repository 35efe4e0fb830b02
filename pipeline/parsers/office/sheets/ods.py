"""ODS: each sheet is a heading with its tables, as the cells are shown."""

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from gristmill.pipeline.parsers.office.opendocument.opendocument import CONTENT, blanks, opened
from gristmill.pipeline.parsers.office.sheets.sheet_blocks import SheetLimits, sheet_blocks
from gristmill.pipeline.parsers.safe_xml import iterate_xml, local_attributes, local_name
from gristmill.pipeline.shapes import Blob, Block, Limits, Parsed

if TYPE_CHECKING:
    from lxml.etree import _Element

media_types = (
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.spreadsheet-flat-xml",
)
version = "2"

_NAME_CHARS = 200
_MAX_LISTED = 200
_CELLS = ("table-cell", "covered-table-cell")


def preload() -> None:
    from lxml import etree  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """A cell or row that is repeated counts as often as it is repeated.

    Raises DocumentError `parse_error`, `encrypted`, `too_large` (over `limits.max_cells` too).
    """
    document = opened(blob, limits)
    title, metadata, _ = document.properties()
    room = SheetLimits(limits, len(blob.data))
    blocks: list[Block] = []
    names: list[str] = []
    with document.stream() as stream:
        for name, rows in _sheets(stream, room):
            names.append(name)
            blocks.extend(sheet_blocks(name, rows, room))
    metadata["sheets"] = names[:_MAX_LISTED]
    return Parsed(tuple(blocks), title, metadata)


def _sheets(stream: IO[bytes], room: SheetLimits) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Sheets with their rows, which must be taken before the next sheet is."""
    rows = iterate_xml(stream, "table-row", "table", what=CONTENT)
    for row in rows:
        if local_name(row) == "table-row" and (table := _table_of(row)) is not None:
            name = (local_attributes(table).get("name") or "Sheet")[:_NAME_CHARS]
            yield name, _sheet_rows(row, rows, room)


def _sheet_rows(
    row: "_Element", following: "Iterator[_Element]", room: SheetLimits
) -> Iterator[list[str]]:
    """The rows up to the end of their sheet."""
    while local_name(row) == "table-row":
        cells = _cells(row, room)
        times = _repeated(row, "rows") if any(cells) else 1
        for _ in range(times):
            yield cells
        row = next(following, row.makeelement("end"))


def _cells(row: "_Element", room: SheetLimits) -> list[str]:
    """Texts by column; repeated empty cells count only where text follows them."""
    cells: list[str] = []
    empty = 0
    for cell in row:
        if local_name(cell) not in _CELLS:
            continue
        times = _repeated(cell, "columns")
        text = _text(cell) if len(cell) else ""
        if not text:
            empty += times
            continue
        room.expect(len(cells) + empty + times)
        cells.extend([""] * empty)
        cells.extend([text] * times)
        empty = 0
    return cells


def _text(cell: "_Element") -> str:
    return " ".join(_gathered(each) for each in cell if local_name(each) in ("p", "h")).strip()


def _gathered(element: "_Element") -> str:
    parts = [element.text or ""]
    for each in element:
        parts.append(blanks(each) if local_name(each) == "s" else _gathered(each))
        parts.append(each.tail or "")
    return "".join(parts)


def _table_of(row: "_Element") -> "_Element | None":
    return next((each for each in row.iterancestors() if local_name(each) == "table"), None)


def _repeated(element: "_Element", what: str) -> int:
    number = local_attributes(element).get(f"number-{what}-repeated", "1")
    return int(number[:9]) if number.isdecimal() else 1
