"""Where a section is cut: table rows are packed whole, all else goes to the text splitter."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from gristmill.pipeline.chunking.gauges import Gauge
from gristmill.pipeline.chunking.halving import halved
from gristmill.pipeline.chunking.prose import unwrapped
from gristmill.pipeline.normalise import Normalised
from gristmill.pipeline.shapes import BlockKind


class Piece(NamedTuple):
    """`text[start:end]`, and its size as the gauge has it."""

    start: int
    end: int
    size: int


class _Cut(NamedTuple):
    """What all cuts of a section go by."""

    normalised: Normalised
    size: int
    gauge: Gauge

    def piece(self, start: int, end: int) -> Piece:
        return Piece(start, end, self.gauge.size(self.normalised.text, start, end))


def cut_section(
    normalised: Normalised, start: int, end: int, size: int, gauge: Gauge
) -> list[tuple[int, int]]:
    """Starts and ends of pieces that are at most `size` by the gauge and cover `text[start:end]`,
    none only whitespace."""
    cut = _Cut(normalised, size, gauge)
    whole = cut.piece(start, end)
    if whole.size <= size:
        return [(start, end)]
    pieces: list[Piece] = []
    for first, last, kind in _segments(normalised, start, end):
        if kind is BlockKind.TABLE:
            pieces.extend(_cut_rows(cut, first, last))
        else:
            pieces.extend(_cut_text(cut, first, last))
    text = normalised.text
    found = [(each.start, each.end) for each in _visible(text, _joined(pieces, size), size)]
    if gauge.exact:
        return found
    parts = (part for each in found for part in halved(text, *each, size, gauge))
    return [(first, last) for first, last in parts if not text[first:last].isspace()]


def _segments(normalised: Normalised, start: int, end: int) -> Iterator[tuple[int, int, BlockKind]]:
    """The section's tables and what is between them. A table takes the blank line after it."""
    spans = normalised.spans
    position = start
    for index in range(bisect_left(spans, (start,)), len(spans)):
        span = spans[index]
        if span.start >= end:
            break
        if span.kind is not BlockKind.TABLE:
            continue
        if span.start > position:
            yield position, span.start, BlockKind.TEXT
        position = min(end, span.end + 2)
        yield span.start, position, BlockKind.TABLE
    if position < end:
        yield position, end, BlockKind.TEXT


def _cut_rows(cut: _Cut, start: int, end: int) -> list[Piece]:
    """Rows packed greedily; a row that alone is too long is cut like text."""
    text, size = cut.normalised.text, cut.size
    measured = cut.gauge.size
    pieces: list[Piece] = []
    first, taken = start, 0
    position = start
    while position < end:
        line_end = text.find("\n", position, end) + 1 or end
        line = measured(text, position, line_end)
        if taken + line > size:
            if position > first:
                pieces.append(Piece(first, position, taken))
                first, taken = position, 0
            if line > size:
                pieces.extend(_split(cut, text, position, line_end))
                first, line = line_end, 0
        taken += line
        position = line_end
    if first < end:
        pieces.append(Piece(first, end, taken))
    return pieces


def _cut_text(cut: _Cut, start: int, end: int) -> list[Piece]:
    whole = cut.piece(start, end)
    if whole.size <= cut.size:
        return [whole]
    return _split(cut, unwrapped(cut.normalised, start, end), start, end)


def _split(cut: _Cut, shadow: str, start: int, end: int) -> list[Piece]:
    """Cut `text[start:end]` where the splitter cuts `shadow`, which has the same length or is
    the whole text. It sees one window at a time, and what it made of the window's end is cut
    again with the next one."""
    base = 0 if shadow is cut.normalised.text else start
    splitter, window = cut.gauge.splitter(cut.size), cut.gauge.window(cut.size)
    pieces: list[Piece] = []
    while start < end:
        stop = min(end, start + window)
        found = splitter.chunk_indices(shadow[start - base : stop - base])
        kept = found if stop == end or len(found) < 2 else found[:-1]
        pieces.extend(cut.piece(start + at, start + at + len(piece)) for at, piece in kept)
        start = pieces[-1].end
    return pieces


def _joined(pieces: list[Piece], size: int) -> list[Piece]:
    """Neighbours that fit into one piece together, such as a sentence and the table after it."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].size + piece.size <= size:
            last = joined[-1]
            joined[-1] = Piece(last.start, piece.end, last.size + piece.size)
        else:
            joined.append(piece)
    return joined


def _visible(text: str, pieces: list[Piece], size: int) -> list[Piece]:
    """Pieces of only whitespace go to a neighbour that has room for them, else they go."""
    kept: list[Piece] = []
    carried: Piece | None = None
    for piece in pieces:
        if text[piece.start : piece.end].isspace():
            last = kept[-1] if kept else None
            if last and last.end == piece.start and last.size + piece.size <= size:
                kept[-1] = Piece(last.start, piece.end, last.size + piece.size)
            else:
                carried = piece
            continue
        if carried is not None and carried.size + piece.size <= size:
            piece = Piece(carried.start, piece.end, carried.size + piece.size)
        carried = None
        kept.append(piece)
    return kept
