"""Where a section is cut: table rows are packed whole, all else goes to the text splitter."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from gristmill.pipeline.chunking.gauges import Gauge
from gristmill.pipeline.chunking.halving import halved
from gristmill.pipeline.chunking.prose import unwrapped
from gristmill.pipeline.chunking.table_headers import TableHeaders
from gristmill.pipeline.normalise import Normalised, Span
from gristmill.pipeline.shapes import BlockKind


class Piece(NamedTuple):
    """`text[start:end]`, its size as the gauge has it, and up to which size others may join it."""

    start: int
    end: int
    size: int
    limit: int


class _Cut(NamedTuple):
    """What all cuts of a section go by."""

    normalised: Normalised
    size: int
    headers: TableHeaders
    gauge: Gauge

    def piece(self, start: int, end: int, limit: int | None = None) -> Piece:
        size = self.gauge.size(self.normalised.text, start, end)
        return Piece(start, end, size, self.size if limit is None else limit)


def cut_section(
    normalised: Normalised, start: int, end: int, size: int, headers: TableHeaders, gauge: Gauge
) -> list[tuple[int, int]]:
    """Starts and ends of pieces that are at most `size` by the gauge and cover `text[start:end]`,
    none only whitespace."""
    cut = _Cut(normalised, size, headers, gauge)
    whole = cut.piece(start, end)
    if whole.size <= size:
        return [(start, end)]
    pieces: list[Piece] = []
    for first, last, table in _segments(normalised, start, end):
        if table is not None:
            pieces.extend(_cut_rows(cut, first, last, table))
        else:
            pieces.extend(_cut_text(cut, first, last))
    text = normalised.text
    found = _visible(text, _joined(pieces))
    if gauge.exact:
        return [(each.start, each.end) for each in found]
    parts = (part for each in found for part in _within(text, each, size, gauge))
    return [(first, last) for first, last in parts if not text[first:last].isspace()]


def _segments(
    normalised: Normalised, start: int, end: int
) -> Iterator[tuple[int, int, Span | None]]:
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
            yield position, span.start, None
        position = min(end, span.end + 2)
        yield span.start, position, span
    if position < end:
        yield position, end, None


def _cut_rows(cut: _Cut, start: int, end: int, table: Span) -> list[Piece]:
    """Rows packed greedily, with room for the header rows above them; a row that alone is too
    long is cut like text."""
    text, size = cut.normalised.text, cut.size
    measured = cut.gauge.size
    header = cut.headers.of(table, size)
    body, below = (header.body, size - header.size) if header else (end, size)
    pieces: list[Piece] = []
    first, taken, limit = start, 0, size if start < body else below
    position = start
    while position < end:
        line_end = text.find("\n", position, end) + 1 or end
        line = measured(text, position, line_end)
        if taken + line > limit:
            if position > first:
                pieces.append(Piece(first, position, taken, limit))
                first, taken, limit = position, 0, size if position < body else below
            if line > size:
                pieces.extend(_split(cut, text, position, line_end, limit))
                first, line, limit = line_end, 0, size if line_end < body else below
        taken += line
        position = line_end
    if first < end:
        pieces.append(Piece(first, end, taken, limit))
    return pieces


def _cut_text(cut: _Cut, start: int, end: int) -> list[Piece]:
    whole = cut.piece(start, end)
    if whole.size <= cut.size:
        return [whole]
    return _split(cut, unwrapped(cut.normalised, start, end), start, end, cut.size)


def _split(cut: _Cut, shadow: str, start: int, end: int, size: int) -> list[Piece]:
    """Cut `text[start:end]` where the splitter cuts `shadow`, which has the same length or is
    the whole text. It sees one window at a time, and what it made of the window's end is cut
    again with the next one."""
    base = 0 if shadow is cut.normalised.text else start
    splitter, window = cut.gauge.splitter(size), cut.gauge.window(size)
    pieces: list[Piece] = []
    while start < end:
        stop = min(end, start + window)
        found = splitter.chunk_indices(shadow[start - base : stop - base])
        kept = found if stop == end or len(found) < 2 else found[:-1]
        pieces.extend(cut.piece(start + at, start + at + len(piece), size) for at, piece in kept)
        start = pieces[-1].end
    return pieces


def _within(text: str, piece: Piece, size: int, gauge: Gauge) -> Iterator[tuple[int, int]]:
    """A row that leaves no room for the header above it stays whole."""
    most = piece.limit if piece.size <= piece.limit else size
    return halved(text, piece.start, piece.end, most, gauge)


def _both(first: Piece, second: Piece) -> Piece:
    return Piece(first.start, second.end, first.size + second.size, first.limit)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Neighbours that fit into one piece together, such as a sentence and the table after it."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].size + piece.size <= joined[-1].limit:
            joined[-1] = _both(joined[-1], piece)
        else:
            joined.append(piece)
    return joined


def _visible(text: str, pieces: list[Piece]) -> list[Piece]:
    """Pieces of only whitespace go to a neighbour that has room for them, else they go."""
    kept: list[Piece] = []
    carried: Piece | None = None
    for piece in pieces:
        if text[piece.start : piece.end].isspace():
            last = kept[-1] if kept else None
            if last and last.end == piece.start and last.size + piece.size <= last.limit:
                kept[-1] = _both(last, piece)
            else:
                carried = piece
            continue
        if carried is not None and carried.size + piece.size <= carried.limit:
            piece = _both(carried, piece)
        carried = None
        kept.append(piece)
    return kept
