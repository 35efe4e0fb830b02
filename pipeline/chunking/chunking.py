"""A document's text cut into chunks: by section, at the best break, never inside a table row."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from gristmill.pipeline.chunking.chunk_overlap import overlap_start
from gristmill.pipeline.chunking.cutting import cut_section
from gristmill.pipeline.chunking.gauges import Gauge, InCharacters, InTokens
from gristmill.pipeline.chunking.regions import Regions
from gristmill.pipeline.chunking.table_headers import Header, TableHeaders
from gristmill.pipeline.chunking.tokenizing import TokenCounter
from gristmill.pipeline.normalise import HeadingAt, Normalised
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.outcomes.results import ChunkDraft

VERSION = "3"

_FREE_PATH_CHARS = 1_000_000
_PATH_CHARS_FOR_A_CHARACTER = 4


class Section(NamedTuple):
    """`text[start:end]`, under one path of headings."""

    start: int
    end: int
    path: tuple[str, ...]


def chunk(
    normalised: Normalised, options: Options, counter: TokenCounter | None = None
) -> tuple[ChunkDraft, ...]:
    """The chunks of a text in order; `chunk.text == text[chunk.start:chunk.end]` for each.

    They cover the text from end to end. Only whitespace is ever left out, and only where it
    would fill a chunk alone. A chunk starts before the end of the one before it by at most
    `options.chunk_overlap_chars`, and only in the same section. None is longer than
    `options.chunk_max_chars`. With a `counter` the same is true of the two limits in tokens.
    A chunk that goes on with a table has its header rows beside its text, and both are within the
    limit, except where one row alone leaves no room for them.
    """
    if not normalised.text.strip():
        return ()
    return tuple(_drafts(normalised, _gauge(options, counter)))


def _gauge(options: Options, counter: TokenCounter | None) -> Gauge:
    if counter is None or options.chunk_max_tokens is None:
        return InCharacters(options.chunk_max_chars, options.chunk_overlap_chars)
    return InTokens(counter, options.chunk_max_tokens, options.chunk_overlap_tokens)


def _drafts(normalised: Normalised, gauge: Gauge) -> Iterator[ChunkDraft]:
    text = normalised.text
    page_of = _Pages(normalised.page_starts)
    paths = _Paths(len(text))
    regions = Regions(normalised.structure)
    headers = TableHeaders(normalised, gauge)
    for section in _sections(normalised):
        size = gauge.most
        if gauge.size(text, section.start, section.end) > size:
            size -= gauge.overlap
        before: int | None = None
        for start, end in cut_section(normalised, section.start, section.end, size, headers, gauge):
            begin, header = start, headers.above(start, size)
            if gauge.overlap and before is not None:
                earlier = overlap_start(normalised, before, start, gauge.reach(text, start))
                repeated = headers.above(earlier, size)
                if _fits(text, gauge, earlier, end, repeated):
                    begin, header = earlier, repeated
            before = start
            yield ChunkDraft(
                text[begin:end],
                paths(section.path),
                page_of(start),
                begin,
                end,
                regions=regions(begin, end),
                table_header=header.text if header else "",
            )


def _fits(text: str, gauge: Gauge, start: int, end: int, header: Header | None) -> bool:
    if header is None and gauge.exact:
        return True
    return gauge.size(text, start, end) + (header.size if header else 0) <= gauge.most


class _Pages:
    """The page that an offset is on; None for documents without pages."""

    def __init__(self, starts: tuple[tuple[int, int], ...]) -> None:
        self._starts = starts
        self._offsets = [offset for offset, _ in starts]

    def __call__(self, offset: int) -> int | None:
        if not self._starts:
            return None
        return self._starts[max(0, bisect_right(self._offsets, offset) - 1)][1]


class _Paths:
    """The path of headings that a chunk is stored with. Long paths of hundreds of thousands of
    chunks would be far more than the text: where they get there, the nearest heading is left."""

    def __init__(self, chars: int) -> None:
        self._left = _FREE_PATH_CHARS + _PATH_CHARS_FOR_A_CHARACTER * chars

    def __call__(self, path: tuple[str, ...]) -> tuple[str, ...]:
        self._left -= sum(map(len, path))
        return path if self._left >= 0 else path[-1:]


def _sections(normalised: Normalised) -> Iterator[Section]:
    """From heading to heading. A heading with nothing below it but a deeper heading joins the
    deeper one's section, so that no chunk is a bare heading while its text is elsewhere."""
    headings, length = normalised.headings, len(normalised.text)
    if not headings or headings[0].offset > 0:
        yield Section(0, headings[0].offset if headings else length, ())
    path: list[HeadingAt] = []
    joined: int | None = None
    for index, heading in enumerate(headings):
        last = index + 1 == len(headings)
        end = length if last else headings[index + 1].offset
        while path and path[-1].level >= heading.level:
            path.pop()
        path.append(heading)
        start = heading.offset if joined is None else joined
        if not last and headings[index + 1].level > heading.level and _is_bare(heading, end):
            joined = start
            continue
        joined = None
        yield Section(start, end, tuple(each.title for each in path))


def _is_bare(heading: HeadingAt, end: int) -> bool:
    return end - heading.offset <= len(heading.title) + 2
