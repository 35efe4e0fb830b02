"""Sheets of a workbook, of whatever format: a heading, then its tables, within limits."""

from collections.abc import Iterable, Iterator, Sequence

from gristmill.pipeline.parsers.tables import table_block
from gristmill.pipeline.parsers.text_room import TextRoom
from gristmill.pipeline.shapes import Block, BlockKind, Limits
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

_BETWEEN_CELLS = 3


class SheetLimits:
    """What all sheets of a workbook of `size` bytes may cost together."""

    def __init__(self, limits: Limits, size: int) -> None:
        self._most_cells = limits.max_cells
        self._text = TextRoom(limits, size, "the workbook")
        self._cells = 0

    def take(self, row: Sequence[str]) -> None:
        """Count the places and the text of a row. Raises DocumentError `too_large`."""
        self.take_cells(1 + len(row))
        self._text.take(*row, between=_BETWEEN_CELLS)

    def take_cells(self, number: int) -> None:
        """Count cells beside those of rows. Raises DocumentError `too_large`."""
        self.expect(number)
        self._cells += number

    def expect(self, number: int) -> None:
        """For before a row is made. Raises DocumentError `too_large` if it could not be taken."""
        if self._cells + number > self._most_cells:
            raise DocumentError(
                DocumentCode.TOO_LARGE, f"the workbook has over {self._most_cells} cells"
            )


def sheet_blocks(name: str, rows: Iterable[Sequence[str]], room: SheetLimits) -> Iterator[Block]:
    """A sheet's blocks; an empty row ends a table, so that tables below each other stay apart.

    Nothing for a sheet without text.
    """
    named = False
    for region in _regions(rows, room):
        block = table_block(region)
        if block is not None:
            if not named:
                yield Block(BlockKind.HEADING, name, 1)
                named = True
            yield block


def _regions(rows: Iterable[Sequence[str]], room: SheetLimits) -> Iterator[list[Sequence[str]]]:
    region: list[Sequence[str]] = []
    for row in rows:
        room.take(row)
        if any(map(str.strip, row)):
            region.append(row)
        elif region:
            yield region
            region = []
    if region:
        yield region
