"""Columns that liteparse reads across: where it has not seen the gutter of a page, its lines and
tables are made of both sides, and every sentence is cut."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft, Placed
from gristmill.pipeline.parsers.pages.layout.blocks.lines import joined, lines_of
from gristmill.pipeline.parsers.pages.layout.blocks.parting.continuing import is_below
from gristmill.pipeline.parsers.pages.layout.blocks.parting.gutters import gutters_of
from gristmill.pipeline.parsers.pages.layout.placed.reading import Piece
from gristmill.schemas.outcomes.structure import BlockKind

_CROSSING = 2.0
"""In points."""
_LONG = 30
_MOSTLY_CUT = 0.4
_ONE_SIZE = 0.08
_FEWEST = 2
"""Blocks that are read across: one alone may be a table, or a line of a figure."""


def in_columns(placed: Sequence[Placed]) -> list[Placed]:
    """The blocks of a page; those that were read across its columns are taken apart, and each
    column is read after the one to its left, between what reaches over both."""
    gutters = gutters_of(
        piece for draft, pieces in placed if not _is_table(draft) for piece in pieces
    )
    if not gutters:
        return list(placed)
    columns = [_columns(pieces, gutters) for _, pieces in placed]
    mixed = [_is_mixed(draft, of) for (draft, _), of in zip(placed, columns, strict=True)]
    if sum(mixed) < _FEWEST:
        return list(placed)
    return _ordered(placed, columns, mixed, len(gutters) + 1)


def _columns(pieces: Sequence[Piece], gutters: Sequence[float]) -> list[list[Piece]] | None:
    """The pieces of each column; None where one reaches over a gutter."""
    found: list[list[Piece]] = [[] for _ in range(len(gutters) + 1)]
    for piece in pieces:
        first = bisect_right(gutters, piece.box.left + _CROSSING)
        if first != bisect_right(gutters, piece.box.right - _CROSSING) or piece.rotated:
            return None
        found[first].append(piece)
    return found


def _is_mixed(draft: Draft, columns: Sequence[Sequence[Piece]] | None) -> bool:
    """Whether a block has lines of several columns."""
    return columns is not None and sum(map(bool, columns)) > 1 and not _is_table(draft)


def _is_table(draft: Draft) -> bool:
    """Whether it is one: of a false one, most of the longer cells begin or end in the midst of a
    sentence."""
    if draft.kind is not BlockKind.TABLE:
        return False
    cells = [cell.strip() for row in draft.text.splitlines() for cell in row.split("|")]
    long = [cell for cell in cells if len(cell) >= _LONG]
    cut = sum(cell[0].islower() or cell[-1].isalpha() or cell[-1] in "-," for cell in long)
    return not long or cut < _MOSTLY_CUT * len(long)


def _ordered(
    placed: Sequence[Placed],
    columns: Sequence[list[list[Piece]] | None],
    mixed: Sequence[bool],
    count: int,
) -> list[Placed]:
    found: list[Placed] = []
    bands: list[list[Placed]] = [[] for _ in range(count)]
    for index in sorted(range(len(placed)), key=lambda each: _top(placed[each])):
        draft, pieces = placed[index]
        of = columns[index]
        if of is None or not any(of) or (sum(map(bool, of)) > 1 and not mixed[index]):
            found += _flushed(bands)
            found.append((draft, pieces))
            continue
        for column, some in enumerate(of):
            if some and not mixed[index]:
                bands[column].append((draft, pieces))
            elif some:
                bands[column] += _lines(some)
    return [*found, *_flushed(bands)]


def _flushed(bands: Sequence[list[Placed]]) -> Iterator[Placed]:
    """What stands between two blocks that reach over all columns."""
    for band in bands:
        sizes = Counter(line.size for draft, _ in band for line in draft.lines)
        body = sizes.most_common(1)[0][0] if sizes else 0.0
        for draft, pieces in _grown(sorted(band, key=_top)):
            yield (_as_heading(draft) if _is_heading(draft, body) else draft), pieces
        band.clear()


def _is_heading(draft: Draft, body: float) -> bool:
    """Whether a line that stands alone may be one: bold, and no smaller than the text."""
    is_line = draft.kind is BlockKind.TEXT and len(draft.lines) == 1
    return is_line and draft.bold and draft.size >= body and draft.text[-1:] not in ".,;"


def _as_heading(draft: Draft) -> Draft:
    return draft._replace(kind=BlockKind.HEADING, level=1)


def _lines(pieces: Sequence[Piece]) -> Iterator[Placed]:
    """Each line of one column as a block."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda each: (round(each.box.bottom / 4), each.box.left)):
        if rows and abs(rows[-1][0].box.bottom - piece.box.bottom) < piece.size / 2:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    for row in rows:
        row.sort(key=lambda each: each.box.left)
        if lines := lines_of(row):
            yield Draft(BlockKind.TEXT, joined(lines), None).of_lines(lines), row


def _grown(placed: Iterable[Placed]) -> Iterator[Placed]:
    """Lines of one paragraph are one again."""
    held: Placed | None = None
    for each in placed:
        if held is not None and _is_one(held[0], each[0]):
            lines = (*held[0].lines, *each[0].lines)
            held = held[0].of_lines(lines), [*held[1], *each[1]]
            continue
        if held is not None:
            yield held
        held = each
    if held is not None:
        yield held


def _is_one(one: Draft, other: Draft) -> bool:
    if one.kind is not other.kind or one.kind is not BlockKind.TEXT or not is_below(one, other):
        return False
    last, first = one.lines[-1], other.lines[0]
    return last.bold == first.bold and abs(last.size - first.size) <= _ONE_SIZE * last.size


def _top(placed: Placed) -> float:
    draft, pieces = placed
    if pieces:
        return min(piece.box.top for piece in pieces)
    return draft.box.top if draft.box is not None else 0.0
