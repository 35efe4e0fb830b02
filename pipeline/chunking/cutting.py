"""Where a section is cut: table rows are packed whole, all else goes to the text splitter."""

from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

from semantic_text_splitter import TextSplitter

from gristmill.pipeline.chunking.prose import unwrapped
from gristmill.pipeline.normalise import Normalised
from gristmill.pipeline.shapes import BlockKind

Piece = tuple[int, int]
"""Start and end of a part of the text."""

_WINDOW_CHARS, _WINDOW_PIECES = 16_384, 40
"""The splitter's time is quadratic in the pieces of a text without line ends, so it sees one
window at a time and what it made of the window's end is cut again with the next one."""


def cut_section(normalised: Normalised, start: int, end: int, size: int) -> list[Piece]:
    """Pieces of at most `size` characters that cover `text[start:end]`, none only whitespace."""
    if end - start <= size:
        return [(start, end)]
    pieces: list[Piece] = []
    for first, last, kind in _segments(normalised, start, end):
        if kind is BlockKind.TABLE:
            found = _cut_rows(normalised.text, first, last, size)
        else:
            found = _cut_text(normalised, first, last, size)
        pieces.extend(found)
    return _visible(normalised.text, _joined(pieces, size), size)


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


def _cut_rows(text: str, start: int, end: int, size: int) -> list[Piece]:
    """Rows packed greedily; a row that alone is too long is cut like text."""
    pieces: list[Piece] = []
    first = start
    position = start
    while position < end:
        line_end = text.find("\n", position, end) + 1 or end
        if line_end - first > size:
            if position > first:
                pieces.append((first, position))
                first = position
            if line_end - position > size:
                pieces.extend(_split(text, text, position, line_end, size))
                first = line_end
        position = line_end
    if first < end:
        pieces.append((first, end))
    return pieces


def _cut_text(normalised: Normalised, start: int, end: int, size: int) -> list[Piece]:
    if end - start <= size:
        return [(start, end)]
    shadow = unwrapped(normalised, start, end)
    return _split(normalised.text, shadow, start, end, size)


def _split(text: str, shadow: str, start: int, end: int, size: int) -> list[Piece]:
    """Cut `text[start:end]` where the splitter cuts `shadow`, which has the same length or is
    the whole text."""
    base = 0 if shadow is text else start
    splitter = _splitter(size)
    window = max(min(_WINDOW_CHARS, _WINDOW_PIECES * size), 4 * size)
    pieces: list[Piece] = []
    while start < end:
        stop = min(end, start + window)
        found = splitter.chunk_indices(shadow[start - base : stop - base])
        kept = found if stop == end or len(found) < 2 else found[:-1]
        pieces.extend((start + at, start + at + len(piece)) for at, piece in kept)
        start = pieces[-1][1]
    return pieces


def _joined(pieces: list[Piece], size: int) -> list[Piece]:
    """Neighbours that fit into one piece together, such as a sentence and the table after it."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and piece[1] - joined[-1][0] <= size:
            joined[-1] = (joined[-1][0], piece[1])
        else:
            joined.append(piece)
    return joined


def _visible(text: str, pieces: list[Piece], size: int) -> list[Piece]:
    """Pieces of only whitespace go to a neighbour that has room for them, else they go."""
    kept: list[Piece] = []
    carried: int | None = None
    for start, end in pieces:
        if text[start:end].isspace():
            if kept and kept[-1][1] == start and end - kept[-1][0] <= size:
                kept[-1] = (kept[-1][0], end)
            else:
                carried = start
            continue
        begin = carried if carried is not None and end - carried <= size else start
        carried = None
        kept.append((begin, end))
    return kept


@lru_cache(maxsize=16)
def _splitter(size: int) -> TextSplitter:
    return TextSplitter(size, trim=False)
