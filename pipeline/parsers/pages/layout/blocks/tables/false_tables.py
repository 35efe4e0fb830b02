"""Prose that liteparse takes for a table: columns of a page, and lines with wide blanks."""

import re
from collections.abc import Iterator, Sequence

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft, Placed
from gristmill.pipeline.parsers.pages.layout.blocks.lines import TextLine, joined, lines_of
from gristmill.pipeline.parsers.pages.layout.blocks.parting.continuing import begins_small, is_below
from gristmill.pipeline.parsers.pages.layout.placed.reading import Piece
from gristmill.schemas.outcomes.structure import BlockKind

_END = re.compile(r"[.!?。！？](?:\s.*[.!?。！？]|$)")
"""Of two sentences, or of a cell."""
_PROSE_CHARS, _PROSE_WORDS = 200, 30
"""A cell with as many is prose."""
_FEW_CELLS, _MOST_PROSE = 4, 0.8
_SOME_CELLS, _MUCH_PROSE = 6, 0.6
_FEW_LINES = 2
_ITEM = re.compile(r"[•●○▪■◦‣]\s")
_GUTTER = 0.9
"""Ems of nothing from top to bottom that part two columns."""
_FEWEST_LINES = 2
_SENTENCE_ENDS = ".!?:;。！？"
_ONE_SIZE = 0.08
_MOST_FIGURES = 0.25


def without_false_tables(placed: Sequence[Placed]) -> Iterator[Draft]:
    """The blocks of a page; a table that is prose is text, a block for each of its columns."""
    for index, (draft, pieces) in enumerate(placed):
        if draft.kind is not BlockKind.TABLE or not draft.lines:
            yield draft
            continue
        before = placed[index - 1][0] if index else None
        after = placed[index + 1][0] if index + 1 < len(placed) else None
        if _is_prose(draft) or _is_within(draft, before, after):
            for column in _columns(pieces):
                yield from _texts(column)
        else:
            yield draft


def _is_prose(table: Draft) -> bool:
    """Whether nearly all that a table says is in a few cells that are paragraphs."""
    texts = [text for row in table.text.splitlines() for text in map(str.strip, row.split("|"))]
    said = [text for text in texts if text.strip("- ")]
    chars = sum(map(len, said))
    prose = [each for each in said if len(each) >= _PROSE_CHARS]
    prose = [each for each in prose if len(each.split()) >= _PROSE_WORDS and _END.search(each)]
    share = sum(map(len, prose)) / max(1, chars)
    if len(said) <= _FEW_CELLS:
        return share >= _MOST_PROSE
    return len(said) <= _SOME_CELLS and len(prose) == 1 and share >= _MUCH_PROSE


def _is_within(table: Draft, before: Draft | None, after: Draft | None) -> bool:
    """Whether a table of one or two lines stands in the midst of a paragraph."""
    if len(table.lines) > _FEW_LINES or before is None or before.kind is not BlockKind.TEXT:
        return False
    if not is_below(before, table) or before.text[-1:] in _SENTENCE_ENDS:
        return False
    if abs(before.size - table.size) > _ONE_SIZE * before.size or _has_figures(table.text):
        return False
    if table.lines[0].text[:1].islower():
        return True
    goes_on = after is not None and after.kind is BlockKind.TEXT and is_below(table, after)
    return goes_on and after is not None and begins_small(after)


def _has_figures(text: str) -> bool:
    return sum(map(str.isdigit, text)) > _MOST_FIGURES * sum(map(str.isalpha, text))


def _columns(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """From left to right, where nothing reaches over what parts them."""
    size = max((piece.size for piece in pieces), default=0.0)
    ordered = sorted(pieces, key=lambda piece: piece.box.left)
    columns: list[list[Piece]] = []
    right = 0.0
    for piece in ordered:
        if not columns or piece.box.left - right > _GUTTER * size:
            columns.append([])
            right = piece.box.right
        columns[-1].append(piece)
        right = max(right, piece.box.right)
    if any(len(lines_of(_in_order(each, pieces))) < _FEWEST_LINES for each in columns):
        return [list(pieces)]
    return [_in_order(each, pieces) for each in columns]


def _in_order(some: Sequence[Piece], pieces: Sequence[Piece]) -> list[Piece]:
    chosen = set(map(id, some))
    return [piece for piece in pieces if id(piece) in chosen]


def _texts(pieces: Sequence[Piece]) -> Iterator[Draft]:
    """Paragraphs and items of lists of one column."""
    some: list[TextLine] = []
    kind = BlockKind.TEXT
    for line in lines_of(pieces):
        is_item = _ITEM.match(line.text) is not None
        ends = kind is BlockKind.LIST and line.box.left <= some[0].box.left
        if some and (is_item or ends):
            yield Draft(kind, joined(some), None).of_lines(some)
            some = []
        if not some:
            kind = BlockKind.LIST if is_item else BlockKind.TEXT
        some.append(line)
    if some:
        yield Draft(kind, joined(some), None).of_lines(some)
