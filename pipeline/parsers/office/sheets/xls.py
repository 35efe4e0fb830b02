"""XLS, the old binary workbook, by calamine."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from gristmill.pipeline.parsers.office.numbers.formats import shown_number
from gristmill.pipeline.parsers.office.sheets.sheet_blocks import SheetLimits, sheet_blocks
from gristmill.pipeline.parsers.office.sheets.xls_extent import cells_of_rectangles, is_locked
from gristmill.pipeline.shapes import Blob, Block, Limits, Parsed
from gristmill.pipeline.unpacking.compound import open_compound
from gristmill.pipeline.unpacking.compound_writing import compound_of
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

media_types = ("application/vnd.ms-excel",)
version = "1"

_MAX_LISTED = 200


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
            tuple(_blocks(workbook, SheetLimits(limits, len(blob.data)))), title, metadata
        )


def _opened(records: bytes) -> "CalamineWorkbook":
    """In a file of our own making: calamine follows a chain of sectors that bites its tail until
    there is no memory left."""
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_filelike(io.BytesIO(compound_of("Workbook", records)))


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


def _blocks(workbook: "CalamineWorkbook", room: SheetLimits) -> Iterator[Block]:
    from python_calamine import CalamineError

    for name in workbook.sheet_names:
        try:
            rows = workbook.get_sheet_by_name(name).iter_rows()
        except CalamineError:  # a sheet of a chart or of a macro has no cells
            continue
        yield from sheet_blocks(name, (list(map(_shown, row)) for row in rows), room)


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
