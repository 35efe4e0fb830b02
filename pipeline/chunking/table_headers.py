"""The header rows of tables, which each chunk repeats that goes on with one."""

from bisect import bisect_right
from functools import cached_property
from math import inf
from typing import NamedTuple

from gristmill.pipeline.chunking.gauges import Gauge
from gristmill.pipeline.normalise import Normalised, Span
from gristmill.pipeline.shapes import BlockKind
from gristmill.schemas.outcomes.structure import StructureBlock
from gristmill.schemas.rendering.grids import grid_of, header_rows

_LARGEST_SHARE = 2
"""A header that takes more than half of a chunk is not repeated: it leaves no room for rows."""


class Header(NamedTuple):
    """`text` stands at the top of a table whose rows begin at `body`; `size` is what it takes of a
    chunk, with the end of its line."""

    text: str
    body: int
    size: int


class TableHeaders:
    """Of one document. A header is the rows above and below the rule of a Markdown table, as many
    as the table's cells say; a table without rule, or whose cells are none, has none."""

    def __init__(self, normalised: Normalised, gauge: Gauge) -> None:
        self._normalised, self._gauge = normalised, gauge
        self._known: dict[int, Header | None] = {}

    def of(self, table: Span, size: int) -> Header | None:
        """What chunks of `size` repeat of a table."""
        if table.start not in self._known:
            self._known[table.start] = self._found(table)
        header = self._known[table.start]
        return header if header and header.size * _LARGEST_SHARE <= size else None

    def above(self, start: int, size: int) -> Header | None:
        """What is repeated in a chunk that begins at `start`."""
        spans = self._normalised.spans
        index = bisect_right(spans, (start, inf)) - 1
        if index < 0 or spans[index].kind is not BlockKind.TABLE or start >= spans[index].end:
            return None
        header = self.of(spans[index], size)
        return header if header and start >= header.body else None

    def _found(self, table: Span) -> Header | None:
        text = self._normalised.text
        end = _line_end(text, table.start, table.end)
        rule_end = _line_end(text, end + 1, table.end)
        rule = text[end + 1 : rule_end]
        rows = self._header_rows(table)
        if rows < 1 or "-" not in rule or rule.strip("|-: "):
            return None
        end = rule_end
        for _ in range(rows - 1):
            end = _line_end(text, end + 1, table.end)
        if end >= table.end:
            return None
        size = self._gauge.size(text, table.start, end + 1)
        return Header(text[table.start : end], end + 1, size)

    def _header_rows(self, table: Span) -> int:
        """Lines of the text, in which rows without any text are left out."""
        block = self._with_cells.get(table.start)
        if block is None:
            return 1
        headed = header_rows(grid_of(block))
        return len({cell.row for cell in block.cells if cell.row < headed and cell.text})

    @cached_property
    def _with_cells(self) -> dict[int, StructureBlock]:
        return {
            block.start: block
            for block in self._normalised.structure
            if block.cells and block.start is not None
        }


def _line_end(text: str, start: int, end: int) -> int:
    found = text.find("\n", start, end)
    return end if found < 0 else found
