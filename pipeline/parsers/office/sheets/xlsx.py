"""XLSX: each sheet is a heading with its tables.

Read by ourselves and not by calamine: that makes every sheet a full rectangle, and a copy of a
shared text for each cell that shows it, so a few kilobytes could ask for terabytes.
"""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gristmill.pipeline.parsers.office.left_out import LeftOut
from gristmill.pipeline.parsers.office.opc import Package, relationship_id
from gristmill.pipeline.parsers.office.sheets.sheet_blocks import SheetLimits, sheet_blocks
from gristmill.pipeline.parsers.office.sheets.sheet_extras import MARGINS, SheetExtras
from gristmill.pipeline.parsers.office.sheets.xlsx_cells import (
    Workbook,
    read_codes,
    read_texts,
    sheet_rows,
)
from gristmill.pipeline.parsers.safe_xml import local_attributes
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed

if TYPE_CHECKING:
    from lxml.etree import _Element

media_types = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",)
version = "4"

_MAX_LISTED = 200
_NAME_CHARS = 200


def preload() -> None:
    from lxml import etree  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Sheets in their order, hidden ones too (metadata `hidden_sheets` names them).

    Raises DocumentError `parse_error`, `too_large` (over `limits.max_cells` too) or `encrypted`.
    """
    package = Package(blob, limits)
    main = package.main("xl/workbook.xml")
    root = package.xml(main)
    title, metadata = package.properties()
    sheets = list(root.iter("{*}sheet")) if root is not None else []
    names = [(each.get("name") or "")[:_NAME_CHARS] for each in sheets]
    metadata["sheets"] = names[:_MAX_LISTED]
    hidden = [each.get("name") for each in sheets if each.get("state") in ("hidden", "veryHidden")]
    if hidden:
        metadata["hidden_sheets"] = hidden[:_MAX_LISTED]
    left_out = LeftOut()
    room = SheetLimits(limits, len(blob.data))
    extras = SheetExtras(package, limits, len(blob.data), left_out)
    blocks = tuple(_blocks(package, main, sheets, room, extras))
    left_out.by_relations(Counter(each.kind for each in package.related(main).values()))
    return Parsed(blocks, title, metadata, warnings=left_out.warnings())


def _blocks(
    package: Package,
    main: str,
    sheets: "list[_Element]",
    room: SheetLimits,
    extras: SheetExtras,
) -> Iterator[Block]:
    related = package.related(main)
    parts = {each.kind: each.part for each in related.values()}
    workbook = Workbook(
        read_texts(package.open(parts.get("sharedStrings", ""))),
        read_codes(package.xml(parts.get("styles", ""))),
        _since_1904(sheets),
    )
    extras.people(parts.get("person"))
    for sheet in sheets:
        part = related.get(relationship_id(sheet))
        if part is None or part.kind not in ("worksheet", "chartsheet"):
            continue
        name = (sheet.get("name") or "Sheet")[:_NAME_CHARS]
        margins: list[str] = []
        stream = package.open(part.part)
        rows = sheet_rows(stream, workbook, room, MARGINS, margins) if stream is not None else ()
        named = False
        for block in sheet_blocks(name, rows, room):
            named = True
            yield block
        found = extras.blocks(part.part, margins)
        if found and not named:
            yield Block(BlockKind.HEADING, name, 1)
        yield from found


def _since_1904(sheets: "list[_Element]") -> bool:
    root: Any = sheets[0].getroottree().getroot() if sheets else ()
    for each in root.iter("{*}workbookPr") if sheets else ():
        return local_attributes(each).get("date1904") in ("1", "true")
    return False
