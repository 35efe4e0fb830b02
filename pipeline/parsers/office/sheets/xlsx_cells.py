"""The cells of an XLSX sheet as people see them: dates, percentages, shared texts."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import IO, TYPE_CHECKING, NamedTuple

from gristmill.pipeline.parsers.office.sheets.sheet_blocks import SheetLimits
from gristmill.pipeline.parsers.safe_xml import iterate_xml, local_name
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_COLUMNS = 16_384
MAX_ROWS = 1_048_576

_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_BUILTIN_DATES = frozenset({*range(14, 18), *range(27, 32), 36, *range(50, 59)})
_BUILTIN_TIMES = frozenset({18, 19, 20, 21, 45, 46, 47, *range(32, 36)})
_BUILTIN_PERCENT = frozenset({9, 10})
_DIGITS = "0123456789"
_COLUMN_LETTERS = 4  # one more than any column has
_LARGEST_SERIAL = 2_958_466  # the end of the year 9999


class Form(Enum):
    """How a number is shown."""

    PLAIN = 0
    DATE = 1
    TIME = 2
    MOMENT = 3
    PERCENT = 4


class Workbook(NamedTuple):
    """What cells refer to. `forms` are by style number."""

    texts: list[str]
    forms: list[Form]
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
    return "".join(parts)


def read_forms(styles: "_Element | None") -> list[Form]:
    """The form of numbers of each cell style."""
    if styles is None:
        return []
    codes = {
        each.get("numFmtId"): each.get("formatCode") or "" for each in styles.iter("{*}numFmt")
    }
    formats = (each for each in styles if local_name(each) == "cellXfs")
    return [_form(each.get("numFmtId") or "0", codes) for xfs in formats for each in xfs]


def _form(identity: str, codes: dict[str | None, str]) -> Form:
    if identity not in codes:
        number = int(identity[:9]) if identity.isdecimal() else 0
        if number == 22:
            return Form.MOMENT
        if number in _BUILTIN_DATES:
            return Form.DATE
        if number in _BUILTIN_TIMES:
            return Form.TIME
        return Form.PERCENT if number in _BUILTIN_PERCENT else Form.PLAIN
    code = _NOT_CODE.sub("", codes[identity][:500].partition(";")[0]).lower()
    if "general" in code:
        return Form.PLAIN
    time, date = "h" in code or "s" in code, "y" in code or "d" in code
    if date or (not time and "m" in code):
        return Form.MOMENT if time else Form.DATE
    if time:
        return Form.TIME
    return Form.PERCENT if "%" in code else Form.PLAIN


def sheet_rows(stream: IO[bytes], workbook: Workbook, room: SheetLimits) -> Iterator[list[str]]:
    """Rows of texts by column; one empty row stands for any number of them."""
    last = 0
    for element in iterate_xml(stream, "row", what="a sheet"):
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
    if kind == "s":
        place = int(value.strip()[:9]) if value.strip().isdecimal() else -1
        return workbook.texts[place] if 0 <= place < len(workbook.texts) else ""
    if kind == "b":
        return "TRUE" if value.strip() == "1" else "FALSE"
    if kind in ("str", "e", "d"):
        return value
    style = cell.get("s")
    place = int(style[:9]) if style and style.isdecimal() else 0
    form = workbook.forms[place] if place < len(workbook.forms) else Form.PLAIN
    return _number(value, form, workbook.since_1904)


def _value(cell: "_Element") -> str | None:
    return next((each.text for each in cell if local_name(each) == "v"), None)


def _number(value: str, form: Form, since_1904: bool) -> str:
    if form is Form.PLAIN and len(value) < 16:
        return shown_number(value) if "E" in value or value.endswith(".0") else value
    if form in (Form.PLAIN, Form.PERCENT):
        return shown_number(value, percent=form is Form.PERCENT)
    try:
        serial = float(value)
    except ValueError:
        return value
    if not 0 <= serial < _LARGEST_SERIAL:
        return value
    moment = (_EPOCH_1904 if since_1904 else _EPOCH) + timedelta(seconds=round(serial * 86_400))
    if form is Form.TIME:
        hours = int(serial) * 24 + moment.hour if serial >= 1 else moment.hour
        return f"{hours:02}:{moment:%M:%S}"
    return f"{moment:%Y-%m-%d}" if form is Form.DATE else f"{moment:%Y-%m-%d %H:%M:%S}"


def shown_number(value: str | float, *, percent: bool = False) -> str:
    """With the 15 digits that spreadsheets show, so without what binary fractions leave."""
    try:
        number = float(value)
    except ValueError:
        return str(value)
    if percent:
        return f"{number * 100:.6g}%"
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.15g}"


def _out_of_sheet() -> DocumentError:
    return DocumentError(DocumentCode.PARSE_ERROR, "a cell is outside of any sheet")
