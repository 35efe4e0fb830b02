"""The cells of an XLSX sheet as people see them: dates, percentages, shared texts."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import IO, TYPE_CHECKING, NamedTuple

from gristmill.pipeline.parsers.office.numbers.formats import (
    BUILTIN,
    shown,
    shown_number,
    shown_text,
)
from gristmill.pipeline.parsers.office.sheets.sheet_blocks import SheetLimits
from gristmill.pipeline.parsers.safe_xml import iterate_xml, local_name
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_COLUMNS = 16_384
MAX_ROWS = 1_048_576

_DIGITS = "0123456789"
_COLUMN_LETTERS = 4  # one more than any column has
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class Workbook(NamedTuple):
    """What cells refer to. `codes` are those of number formats, by style number."""

    texts: list[str]
    codes: list[str]
    since_1904: bool = False


def read_texts(stream: IO[bytes] | None) -> list[str]:
    """Shared strings, without the readings that are put above Asian text."""
    if stream is None:
        return []
    return [rich_text(each) for each in iterate_xml(stream, "si", what="shared strings")]


def rich_text(element: "_Element") -> str:
    """The text of a string item, whose parts may be formatted apart."""
    parts = []
    for each in element:
        name = local_name(each)
        if name == "t":
            parts.append(each.text or "")
        elif name == "r":
            parts.extend(part.text or "" for part in each if local_name(part) == "t")
    return unescaped("".join(parts))


def unescaped(text: str) -> str:
    """Characters that XML cannot have are written as `_x000D_` (ECMA-376, 22.9.2.19)."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def read_codes(styles: "_Element | None") -> list[str]:
    """The code of the number format of each cell style."""
    if styles is None:
        return []
    codes = {
        each.get("numFmtId"): each.get("formatCode") or "" for each in styles.iter("{*}numFmt")
    }
    formats = (each for each in styles if local_name(each) == "cellXfs")
    return [_code(each.get("numFmtId") or "0", codes) for xfs in formats for each in xfs]


def _code(identity: str, codes: dict[str | None, str]) -> str:
    if identity in codes:
        return codes[identity]
    return BUILTIN.get(int(identity[:9]) if identity.isdecimal() else 0, "")


def sheet_rows(
    stream: IO[bytes],
    workbook: Workbook,
    room: SheetLimits,
    others: Iterable[str] = (),
    found: list[str] | None = None,
) -> Iterator[list[str]]:
    """Rows of texts by column; one empty row stands for any number of them. The texts of elements
    named in `others` go into `found`."""
    last = 0
    for element in iterate_xml(stream, "row", *others, what="a sheet"):
        if local_name(element) != "row":
            if found is not None and element.text:
                found.append(element.text)
            continue
        given = element.get("r") or ""
        at = int(given[:9]) if given.isdecimal() else last + 1
        if not 0 < at <= MAX_ROWS:
            raise _out_of_sheet()
        if at > last + 1:
            yield []
        last = at
        row = _row(element, workbook)
        room.take_cells(max(0, len(element) - len(row)))  # the empty ones took time as well
        yield row


def _row(element: "_Element", workbook: Workbook) -> list[str]:
    row: list[str] = []
    following = 0
    for cell in element:
        reference = cell.get("r")
        column = _column(reference.rstrip(_DIGITS)) if reference else following
        following = column + 1
        text = _text(cell, workbook) if len(cell) else ""
        if text:
            if column > len(row):
                row.extend([""] * (column - len(row)))
            if column == len(row):
                row.append(text)
            else:
                row[column] = text  # a cell that comes twice or late
    return row


@lru_cache(MAX_COLUMNS)
def _column(letters: str) -> int:
    """From 0: `A` is 0."""
    number = 0
    for letter in letters[:_COLUMN_LETTERS]:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    if number > MAX_COLUMNS:
        raise _out_of_sheet()
    return max(number - 1, 0)


def _text(cell: "_Element", workbook: Workbook) -> str:
    kind = cell.get("t")
    if kind == "inlineStr":
        return "".join(rich_text(each) for each in cell if local_name(each) == "is")
    last = cell[-1]
    value = last.text if last.tag[-2:] == "}v" else _value(cell)
    if not value:
        return ""
    style = cell.get("s")
    place = int(style[:9]) if style and style.isdecimal() else 0
    code = workbook.codes[place] if place < len(workbook.codes) else ""
    if kind == "s":
        place = int(value.strip()[:9]) if value.strip().isdecimal() else -1
        text = workbook.texts[place] if 0 <= place < len(workbook.texts) else ""
        return shown_text(text, code) if text and "@" in code else text
    if kind == "b":
        return "TRUE" if value.strip() == "1" else "FALSE"
    if kind == "d":
        return value.replace("T", " ").removesuffix(" 00:00:00")
    return unescaped(value) if kind in ("str", "e") else _number(value, code, workbook.since_1904)


def _value(cell: "_Element") -> str | None:
    return next((each.text for each in cell if local_name(each) == "v"), None)


def _number(value: str, code: str, since_1904: bool) -> str:
    if code:
        return shown(value, code, since_1904)
    if len(value) < 16:
        return shown_number(value) if "E" in value or value.endswith(".0") else value
    return shown_number(value)


def _out_of_sheet() -> DocumentError:
    return DocumentError(DocumentCode.PARSE_ERROR, "a cell is outside of any sheet")
