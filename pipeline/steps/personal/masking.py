"""Puts marks in place of what tells a person, wherever a document says it.

A mark is as long as what it stands for, so that all places of chunks and blocks stay what they are.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from gristmill.pipeline.steps.personal.rules import Found, found
from gristmill.schemas.outcomes.results import ChunkDraft, DocumentContent
from gristmill.schemas.outcomes.structure import StructureBlock

Masks = Callable[[str], str]
MARK = "█"


class Whole:
    """A document's text, of which chunks are parts, with what was found in it: a number may begin
    in one chunk and end in the next."""

    def __init__(self, chunks: Sequence[ChunkDraft], kinds: Sequence[str]) -> None:
        self.kinds = kinds
        self.places = found(_joined(chunks), kinds)

    def counts(self) -> dict[str, int]:
        return dict(Counter(each.kind for each in self.places))

    def within(self, chunk: ChunkDraft) -> Counter[str]:
        """How many of each kind a chunk has a part of."""
        return Counter(each.kind for each in self._between(chunk.start, chunk.end))

    def masked(self, text: str, start: int | None) -> str:
        """A text that begins at `start` of the whole one (None: it is no part of it)."""
        own = found(text, self.kinds)
        if start is not None:
            end = start + len(text)
            own += [
                Found(each.kind, max(each.start, start) - start, min(each.end, end) - start)
                for each in self._between(start, end)
            ]
        return _with_marks(text, own)

    def _between(self, start: int, end: int) -> list[Found]:
        """What has a part from `start` to `end`. Places are in order, and none overlaps another."""
        first = bisect_right(self.places, start, key=lambda each: each.end)
        return self.places[first : bisect_left(self.places, end, key=lambda each: each.start)]


def masked(document: DocumentContent, whole: Whole) -> DocumentContent:
    """The document without what was found: in texts, headings, title, tables and metadata."""

    def alone(text: str) -> str:
        return whole.masked(text, None)

    return msgspec.structs.replace(
        document,
        title=None if document.title is None else alone(document.title),
        metadata=_said(document.metadata, alone),
        chunks=tuple(_chunk(each, whole, alone) for each in document.chunks),
        structure=tuple(_block(each, whole, alone) for each in document.structure),
        warnings=tuple(
            msgspec.structs.replace(each, message=alone(each.message)) for each in document.warnings
        ),
    )


def _chunk(chunk: ChunkDraft, whole: Whole, alone: Masks) -> ChunkDraft:
    return msgspec.structs.replace(
        chunk,
        text=whole.masked(chunk.text, chunk.start),
        headings=tuple(map(alone, chunk.headings)),
        table_header=alone(chunk.table_header),
        annotations=_said(chunk.annotations, alone),
    )


def _block(block: StructureBlock, whole: Whole, alone: Masks) -> StructureBlock:
    cells = tuple(each._replace(text=alone(each.text)) for each in block.cells)
    return msgspec.structs.replace(block, text=whole.masked(block.text, block.start), cells=cells)


def _said(value: Any, alone: Masks) -> Any:
    if isinstance(value, str):
        return alone(value)
    if isinstance(value, dict):
        return {alone(str(name)): _said(each, alone) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_said(each, alone) for each in value]
    return value


def _with_marks(text: str, places: Iterable[Found]) -> str:
    letters = list(text)
    for each in places:
        letters[each.start : each.end] = MARK * (each.end - each.start)
    return "".join(letters)


def _joined(chunks: Sequence[ChunkDraft]) -> str:
    """The text that chunks are of; what is in none were blanks."""
    parts: list[str] = []
    position = 0
    for chunk in chunks:
        parts.append(" " * (chunk.start - position))
        parts.append(chunk.text[max(0, position - chunk.start) :])
        position = max(position, chunk.end)
    return "".join(parts)
