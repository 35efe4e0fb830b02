"""A table on a terminal: words stay whole, long paths lose their middle, and where there is no room
for columns, each row is a block of lines."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_WHOLE = frozenset({"job", "document", "state", "code", "severity", "memory", "cpu", "for"})
"""Columns that are never cut: ids are for copying, codes for looking up."""
_PLACES = frozenset(
    {"uri", "where", "failed", "skipped", "read with warnings", "path", "file", "media type"}
)
"""Columns of paths and addresses: of those the start and the end tell most."""
_STYLES = {
    "failed": "red",
    "partial": "yellow",
    "running": "cyan",
    "succeeded": "green",
    "cancelled": "dim",
    "skipped": "dim",
    "ok": "green",
    "missing": "dim",
    "warning": "yellow",
    "wrong": "red",
}
_APART = 2
"""Blanks between two columns."""
_SHORT_ID = 13
"""The part of a job's id that tells when it was made, to the millisecond. Where it names one job
of a table alone, it stands for the whole id if there is no room: commands take it as well."""
_NARROWEST = 18
_LONGEST_WORD = 40
"""Longer ones may be broken: they are no words."""


def draw(columns: Sequence[str], cells: Sequence[Sequence[str]], title: str = "") -> None:
    """Print rows to the terminal, however narrow it is."""
    from rich.console import Console

    console = Console(highlight=False)
    columns, cells = _without_empty(columns, cells)
    widths, numeric = _measured(columns, cells, console.width)
    if widths is None:
        shorter = _with_short_ids(columns, cells)
        widths, numeric = _measured(columns, shorter, console.width)
        cells = shorter if widths is not None else cells
    if widths is None:
        _draw_blocks(console, columns, cells)
    else:
        _draw_rows(console, columns, cells, widths, numeric, title)


def _without_empty(
    columns: Sequence[str], cells: Sequence[Sequence[str]]
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Columns in which some row has something; all of them where there is no row."""
    kept = [at for at in range(len(columns)) if not cells or any(row[at] for row in cells)]
    return [columns[at] for at in kept], [[row[at] for at in kept] for row in cells]


def _with_short_ids(
    columns: Sequence[str], cells: Sequence[Sequence[str]]
) -> Sequence[Sequence[str]]:
    if "job" not in columns:
        return cells
    at = columns.index("job")
    short = [row[at][:_SHORT_ID] for row in cells]
    if len(set(short)) < len({row[at] for row in cells}):
        return cells
    return [[*row[:at], own, *row[at + 1 :]] for row, own in zip(cells, short, strict=True)]


def _measured(
    columns: Sequence[str], cells: Sequence[Sequence[str]], width: int
) -> tuple[list[int] | None, list[bool]]:
    """The width of each column, if there is room for all, and whether it has numbers."""
    from rich.cells import cell_len

    natural, least, numeric = list[int](), list[int](), list[bool]()
    for number, name in enumerate(columns):
        column = [row[number] for row in cells]
        natural.append(max(map(cell_len, [name, *column])))
        numeric.append(bool(column) and all(map(_is_number, column)))
        least.append(min(natural[-1], _least(name, column, numeric=numeric[-1])))
    return shared_width(natural, least, width), numeric


def shared_width(natural: Sequence[int], least: Sequence[int], width: int) -> list[int] | None:
    """The widths of columns that would like to have `natural` in a terminal of `width` columns,
    and cannot do with less than `least`; None where rows are better read as blocks of lines. What
    is over is shared: nobody gets more than it needs, and those that need more get the same."""
    room = width - _APART * (len(natural) - 1)
    widths = list(natural)
    if sum(natural) <= room:
        return widths
    sharing = [number for number, wanted in enumerate(natural) if least[number] < wanted]
    room -= sum(natural) - sum(natural[number] for number in sharing)
    for position, number in enumerate(sorted(sharing, key=lambda each: natural[each])):
        widths[number] = min(natural[number], max(0, room) // (len(sharing) - position))
        room -= widths[number]
    enough = sharing and all(widths[number] >= least[number] for number in sharing)
    return widths if enough else None


def _least(name: str, column: Sequence[str], *, numeric: bool) -> int:
    """The fewest columns in which this is still read, not spelled."""
    from rich.cells import cell_len

    if name in _PLACES:
        return _NARROWEST
    if name in _WHOLE or numeric:
        return max(map(cell_len, [name, *column]))
    words = (word for cell in column for word in cell.split())
    return max(_NARROWEST, min(_LONGEST_WORD, max(map(cell_len, words), default=0)))


def cut_in_the_middle(text: str, width: int) -> str:
    """`text` in at most `width` columns of a terminal, with a sign where something is missing."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) <= width:
        return text
    start = set_cell_size(text, (width - 1) // 3).rstrip()
    room, end = width - 1 - cell_len(start), ""
    for character in reversed(text):
        if cell_len(character + end) > room:
            break
        end = character + end
    return f"{start}…{end}"


def _draw_rows(
    console: "Console",
    columns: Sequence[str],
    cells: Sequence[Sequence[str]],
    widths: Sequence[int],
    numeric: Sequence[bool],
    title: str,
) -> None:
    from rich.table import Table

    table = Table(
        box=None,
        pad_edge=False,
        padding=(0, _APART, 0, 0),
        header_style="bold",
        title=title or None,
        title_justify="left",
    )
    for name, width, is_numeric in zip(columns, widths, numeric, strict=True):
        side: Literal["left", "right"] = "right" if is_numeric else "left"
        table.add_column(name, justify=side, width=width, overflow="fold")
    for row in cells:
        table.add_row(*map(_text, columns, row, widths))
    console.print(table)


def _draw_blocks(
    console: "Console", columns: Sequence[str], cells: Sequence[Sequence[str]]
) -> None:
    from rich.table import Table

    room = max(_NARROWEST, console.width - max(map(len, columns)) - _APART)
    for row in cells:
        block = Table.grid(padding=(0, _APART, 0, 0))
        block.add_column(style="dim", no_wrap=True)
        block.add_column(overflow="fold")
        for name, cell in zip(columns, row, strict=True):
            if cell:
                block.add_row(name, _text(name, cell, room))
        console.print(block)
        console.print()


def _text(column: str, cell: str, width: int) -> "Text":
    # As Text: square brackets in a title are no markup.
    from rich.text import Text

    shown = cut_in_the_middle(cell, width) if column in _PLACES else cell
    return Text(shown, style=_STYLES.get(cell, "") if column == "state" else "")


def _is_number(text: str) -> bool:
    return text.translate(_SIGNS).isdigit() or not text


_SIGNS = str.maketrans("", "", ".,-")
