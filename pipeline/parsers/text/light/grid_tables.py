"""Grid tables of reStructuredText whose cells span rows or columns.

After docutils' reader: a cell is what can be gone around along `-`, `=` and `|` from a `+` that is
its upper left corner. The lines are looked at within a budget.
"""

from bisect import bisect_left

from gristmill.schemas.outcomes.structure import Cell

_STEPS_FOR_A_CHARACTER = 40
_FREE, _MOST_PADDED = 10_000, 4


class _TooMuch(Exception):
    pass


def grid_cells(lines: list[str]) -> list[Cell] | None:
    """The cells of a grid; None where its lines make none, or take too long to follow."""
    lines = [line.rstrip() for line in lines if line.strip()]
    indent = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    lines = [line[indent:] for line in lines]
    room = max(map(len, lines), default=0) * len(lines)
    if not room or room > _FREE + _MOST_PADDED * sum(map(len, lines)):
        return None
    try:
        return _Grid(lines).cells()
    except _TooMuch:
        return None


class _Grid:
    def __init__(self, lines: list[str]) -> None:
        width = max(map(len, lines))
        self._lines = [line.ljust(width) for line in lines]
        self._right, self._bottom = width - 1, len(lines) - 1
        self._left = _STEPS_FOR_A_CHARACTER * width * len(lines)
        self._head = next((at for at, line in enumerate(lines) if "=" in line and at), -1)

    def cells(self) -> list[Cell] | None:
        corners, found = [(0, 0)], []
        seen: set[tuple[int, int]] = set()
        while corners:
            top, left = corners.pop()
            if (top, left) in seen or top == self._bottom or left == self._right:
                continue
            seen.add((top, left))
            end = self._around(top, left)
            if end is None:
                return None
            found.append((top, left, *end))
            corners += [(top, end[1]), (end[0], left)]
        rows = sorted({top for top, _, _, _ in found} | {self._bottom})
        columns = sorted({left for _, left, _, _ in found} | {self._right})
        area = sum((bottom - top) * (right - left) for top, left, bottom, right in found)
        if area != self._bottom * self._right:
            return None
        return sorted(
            (self._cell(cell, rows, columns) for cell in found),
            key=lambda cell: (cell.row, cell.column),
        )

    def _cell(self, box: tuple[int, int, int, int], rows: list[int], columns: list[int]) -> Cell:
        top, left, bottom, right = box
        inside = (line[left + 1 : right].strip() for line in self._lines[top + 1 : bottom])
        row, column = bisect_left(rows, top), bisect_left(columns, left)
        height = bisect_left(rows, bottom) - row
        width = bisect_left(columns, right) - column
        return Cell(" ".join(filter(None, inside)), row, column, height, width, top < self._head)

    def _around(self, top: int, left: int) -> tuple[int, int] | None:
        """The lower right corner of the cell whose upper left corner this is."""
        if self._at(top, left) != "+":
            return None
        for right in range(left + 1, self._right + 1):
            sign = self._at(top, right)
            if sign == "+" and (bottom := self._down(top, left, right)) is not None:
                return bottom, right
            if sign not in "+-=":
                break
        return None

    def _down(self, top: int, left: int, right: int) -> int | None:
        for bottom in range(top + 1, self._bottom + 1):
            sign = self._at(bottom, right)
            if sign == "+" and self._closes(top, left, bottom, right):
                return bottom
            if sign not in "+|":
                break
        return None

    def _closes(self, top: int, left: int, bottom: int, right: int) -> bool:
        if self._at(bottom, left) != "+":
            return False
        below = all(self._at(bottom, at) in "+-=" for at in range(left, right))
        return below and all(self._at(at, left) in "+|" for at in range(top, bottom))

    def _at(self, row: int, column: int) -> str:
        self._left -= 1
        if self._left < 0:
            raise _TooMuch
        return self._lines[row][column]
