"""Excel 2003 XML (SpreadsheetML, `urn:schemas-microsoft-com:office:spreadsheet`)."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gristmill.pipeline.parsers.office.elements import child
from gristmill.pipeline.parsers.office.numbers.formats import shown
from gristmill.pipeline.parsers.office.sheets.sheet_blocks import SheetLimits, sheet_blocks
from gristmill.pipeline.parsers.safe_xml import iterate_xml, local_attributes, local_name
from gristmill.pipeline.shapes import Blob, Block, Limits, Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

media_types = ("application/vnd.ms-excel.2003+xml",)
version = "1"

_NAME_CHARS, _MAX_LISTED, _VALUE_CHARS = 200, 200, 1000
_MAX_COLUMNS, _MAX_ROWS, _MAX_SPAN = 16_384, 1_048_576, 256
_NAMED = {
    "currency": "$#,##0.00_);($#,##0.00)",
    "euro currency": "€#,##0.00_);(€#,##0.00)",
    "fixed": "0.00",
    "standard": "#,##0.00",
    "percent": "0.00%",
    "scientific": "0.00E+00",
    "yes/no": '"Yes";"Yes";"No"',
    "true/false": '"True";"True";"False"',
    "on/off": '"On";"On";"Off"',
    "general number": "General",
}
_PROPERTIES = {"Title": "title", "Author": "author", "Subject": "subject", "Keywords": "keywords"}


def preload() -> None:
    from lxml import etree  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Each sheet is a heading with its tables. Raises DocumentError `parse_error`, `too_large`."""
    room = SheetLimits(limits, len(blob.data))
    reader = _Reader(blob.data, room)
    blocks: list[Block] = []
    for name, rows in reader.sheets():
        blocks.extend(sheet_blocks(name, rows, room))
    title = reader.metadata.pop("title", None)
    reader.metadata["sheets"] = reader.names[:_MAX_LISTED]
    return Parsed(tuple(blocks), title, reader.metadata)


class _Reader:
    """One pass over the file: properties, styles, then sheets."""

    def __init__(self, data: bytes, room: SheetLimits) -> None:
        self.metadata: dict[str, Any] = {}
        self.names: list[str] = []
        self._room = room
        self._codes: dict[str, str] = {}
        names = ("DocumentProperties", "Style", "Row", "Worksheet")
        self._elements = iterate_xml(io.BytesIO(data), *names, what="the workbook")

    def sheets(self) -> Iterator[tuple[str, Iterator[list[str]]]]:
        """Sheets with their rows, which must be taken before the next sheet is."""
        for each in self._elements:
            name = local_name(each)
            if name == "DocumentProperties":
                self._properties(each)
            elif name == "Style":
                self._style(each)
            elif name == "Row":
                sheet = next((up for up in each.iterancestors("{*}Worksheet")), None)
                title = local_attributes(sheet).get("Name", "") if sheet is not None else ""
                self.names.append(title[:_NAME_CHARS] or "Sheet")
                yield self.names[-1], self._rows(each)

    def _rows(self, row: "_Element") -> Iterator[list[str]]:
        last = 0
        while local_name(row) == "Row":
            at = _number(local_attributes(row), "Index", last + 1)
            if at > _MAX_ROWS:
                raise DocumentError(DocumentCode.PARSE_ERROR, "a cell is outside of any sheet")
            if at > last + 1:
                yield []
            last = at
            yield self._cells(row)
            row = next(self._elements, row.makeelement("end"))

    def _cells(self, row: "_Element") -> list[str]:
        cells: list[str] = []
        for cell in row:
            if local_name(cell) != "Cell":
                continue
            attributes = local_attributes(cell)
            at = _number(attributes, "Index", len(cells) + 1)
            if at > _MAX_COLUMNS:
                raise DocumentError(DocumentCode.PARSE_ERROR, "a cell is outside of any sheet")
            self._room.expect(at)
            cells.extend([""] * (at - 1 - len(cells)))
            cells.append(self._text(cell, attributes.get("StyleID", "")))
            across = min(_number(attributes, "MergeAcross", 0), _MAX_SPAN)
            cells.extend([""] * across)
        while cells and not cells[-1]:
            cells.pop()
        return cells

    def _text(self, cell: "_Element", style: str) -> str:
        parts = []
        data = child(cell, "Data")
        if data is not None:
            kind = local_attributes(data).get("Type", "")
            text = "".join(map(str, data.itertext()))
            if kind == "Number":
                text = shown(text.strip(), self._codes.get(style, ""))
            elif kind == "DateTime":
                text = text.partition(".")[0].replace("T", " ").removesuffix(" 00:00:00")
            elif kind == "Boolean":
                text = "TRUE" if text.strip() == "1" else "FALSE"
            parts.append(text)
        comment = child(cell, "Comment")
        if comment is not None:
            author = local_attributes(comment).get("Author", "")
            said = " ".join("".join(map(str, comment.itertext())).split())
            parts.append(f"[Comment by {author}] {said}" if author else f"[Comment] {said}")
        return " ".join(filter(None, parts))

    def _style(self, element: "_Element") -> None:
        form = child(element, "NumberFormat")
        if form is not None:
            code = local_attributes(form).get("Format", "")
            identity = local_attributes(element).get("ID", "")
            self._codes[identity] = _NAMED.get(code.lower(), code)

    def _properties(self, element: "_Element") -> None:
        for each in element:
            name = _PROPERTIES.get(local_name(each))
            if name and each.text:
                self.metadata[name] = " ".join(each.text.split())[:_VALUE_CHARS]


def _number(attributes: dict[str, str], name: str, default: int) -> int:
    text = attributes.get(name, "")
    return max(int(text[:9]), 1 if name == "Index" else 0) if text.isdecimal() else default
