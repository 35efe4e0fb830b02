"""XLS, the old binary workbook, by calamine."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from gristmill.pipeline.parsers.office.left_out import LeftOut
from gristmill.pipeline.parsers.office.numbers.formats import shown_number
from gristmill.pipeline.parsers.office.sheets.sheet_blocks import SheetLimits, sheet_blocks
from gristmill.pipeline.parsers.office.sheets.xls_extent import (
    cells_of_rectangles,
    is_locked,
    with_true_sizes,
)
from gristmill.pipeline.parsers.office.sheets.xls_numbers import Shown, XlsNumbers
from gristmill.pipeline.shapes import Blob, Block, Limits, Parsed
from gristmill.pipeline.unpacking.compound import open_compound
from gristmill.pipeline.unpacking.compound_writing import compound_of
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

media_types = ("application/vnd.ms-excel",)
version = "2"

_MAX_LISTED = 200
_MACROS = "_vba_project_cur"
_OBJECT = re.compile("mbd[0-9a-f]{8}")


def preload() -> None:
    import python_calamine  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Each sheet is a heading with its tables.

    Raises DocumentError `parse_error`, `encrypted`, `too_large` (over `limits.max_cells` in the
    rectangles around the sheets' cells, which calamine fills).
    """
    with open_compound(blob.data) as compound:
        records = compound.read("Workbook") or compound.read("Book")
        title, metadata = compound.properties()
        names = {name.lower() for name in compound.names()}
    left_out = LeftOut()
    if _MACROS in names:
        left_out.macros()
    for _ in (name for name in names if _OBJECT.match(name)):
        left_out.embedded()
    if is_locked(records):
        raise _locked()
    if cells_of_rectangles(records) > limits.max_cells:
        raise DocumentError(
            DocumentCode.TOO_LARGE, f"the workbook has over {limits.max_cells} cells"
        )
    with _told():
        workbook = _opened(records)
        if not workbook.sheet_names:
            raise DocumentError(DocumentCode.PARSE_ERROR, "the workbook is broken: it has no sheet")
        metadata["sheets"] = workbook.sheet_names[:_MAX_LISTED]
        return Parsed(
            tuple(_blocks(workbook, records, SheetLimits(limits, len(blob.data)))),
            title,
            metadata,
            warnings=left_out.warnings(),
        )


def _opened(records: bytes) -> "CalamineWorkbook":
    """In a file of our own making: calamine follows a chain of sectors that bites its tail until
    there is no memory left."""
    from python_calamine import CalamineWorkbook

    data = compound_of("Workbook", with_true_sizes(records))
    return CalamineWorkbook.from_filelike(io.BytesIO(data))


@contextmanager
def _told() -> Iterator[None]:
    """What calamine raises, as DocumentError; its panics, which are no Exception, as well."""
    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except PasswordError:
        raise _locked() from None
    except BaseException as error:
        if not isinstance(error, CalamineError) and type(error).__name__ != "PanicException":
            raise
        raise DocumentError(
            DocumentCode.PARSE_ERROR, f"the workbook is broken: {error}"[:300]
        ) from None


def _locked() -> DocumentError:
    return DocumentError(
        DocumentCode.ENCRYPTED, "the workbook is encrypted; save it without a password"
    )


def _blocks(workbook: "CalamineWorkbook", records: bytes, room: SheetLimits) -> Iterator[Block]:
    from python_calamine import CalamineError

    numbers = XlsNumbers(records)
    for place, name in enumerate(workbook.sheet_names):
        try:
            sheet = workbook.get_sheet_by_name(name)
        except CalamineError:  # a sheet of a chart or of a macro has no cells
            continue
        rows = _rows(sheet.iter_rows(), numbers.of_sheet(place))
        yield from sheet_blocks(name, rows, room)


def _rows(rows: Iterable[Sequence[Any]], numbers: Shown) -> Iterator[list[str]]:
    """Numbers that have a format as it shows them, all else as it is."""
    for at, row in enumerate(rows):
        yield [_cell(value, numbers.get((at, column))) for column, value in enumerate(row)]


def _cell(value: Any, number: tuple[float, str] | None) -> str:
    """What is another number at its place than calamine found there is not believed."""
    if number is None or isinstance(value, str | bool):
        return _shown(value)
    if isinstance(value, float | int) and value != number[0]:
        return _shown(value)
    return number[1]


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return shown_number(value)
    if isinstance(value, datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta | int) else ""
