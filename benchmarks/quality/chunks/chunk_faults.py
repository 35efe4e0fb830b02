"""What may be wrong with chunks, found by other means than those that cut them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from gristmill.pipeline.normalise import Normalised
from gristmill.pipeline.shapes import BlockKind
from gristmill.schemas.outcomes.results import ChunkDraft

# A sentence's end as people see one: its mark, closing signs, a blank, then a capital or a sign
# that opens. No abbreviation, initial or number with a point before it.
_SENTENCE_END = re.compile(r"(?<=[a-zà-öø-ÿ0-9)][.!?])[\"'”’)\]]{0,2}\s+(?=[\"'“‘(\[]?[A-ZÀ-ÖØ-Þ])")
_REST = re.compile(rf"{_SENTENCE_END.pattern}|\n\n|\Z")
_AFTER_MARK = re.compile(r"(?:[\"'”’)\]*_`»」』）]|\[[\w ]{1,12}\])+$")
_MARKS = ".!?:;…。！？；：।؟"
_ABBREVIATED = re.compile(
    r"(?:^|[\s(\"'“])(?:[A-Za-z]|[Mm]rs?|[Mm]s|[Dd]r|[Pp]rof|[Ss]t|[Ss]r|[Jj]r|[Nn]o|[Vv]ol|[Ff]ig|"
    r"[Ee]q|[Ss]ec|[Cc]h|[Pp]p?|cf|vs|etc|al|approx|[Ii]nc|[Ll]td|[Cc]o|[Cc]orp|[Dd]ept|[Ee]d|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Gen|Col|Lt|Sgt|Rev|Hon|Gov|Sen|Rep|"
    r"(?:[A-Za-z]\.)+[A-Za-z]|\d+)\.$"
)


class Faults(NamedTuple):
    """Offsets: of needless cuts inside sentences, of cuts inside table rows that would have fit,
    of chunks that are not where they say, too long, or with text lost before them. `cuts` and
    `rows` say how many there were to look at."""

    sentences: list[int]
    table_rows: list[int]
    offsets: list[int]
    cuts: int
    rows: int


def faults_of(normalised: Normalised, drafts: Sequence[ChunkDraft], size: int) -> Faults:
    """What is wrong with `drafts` of at most `size` characters, without overlaps."""
    text = normalised.text
    cuts = [
        (before.start, after.start)
        for before, after in pairwise(drafts)
        if not _is_heading(normalised, after.start)
    ]
    places = [cut for _, cut in cuts]
    rows = list(_rows(normalised))
    return Faults(
        [
            cut
            for start, cut in cuts
            if _in_prose(normalised, start, cut) and _needless(text, start, cut, size)
        ],
        list(_cut_rows(rows, places, size)),
        list(_misplaced(text, drafts, size)),
        len(cuts),
        len(rows),
    )


def _cut_rows(rows: Sequence[tuple[int, int]], cuts: Sequence[int], size: int) -> Iterator[int]:
    for start, end in rows:
        index = bisect_right(cuts, start)
        if end - start <= size and index < len(cuts) and cuts[index] < end:
            yield cuts[index]


def _misplaced(text: str, drafts: Sequence[ChunkDraft], size: int) -> Iterator[int]:
    """Chunks that are not where they say, too long, or with text lost before them."""
    position = 0
    for draft in drafts:
        lost = text[position : draft.start].strip()
        if draft.text != text[draft.start : draft.end] or len(draft.text) > size or lost:
            yield draft.start
        position = max(position, draft.end)
    if text[position:].strip():
        yield position


def _is_heading(normalised: Normalised, offset: int) -> bool:
    index = bisect_left(normalised.headings, (offset,))
    return index < len(normalised.headings) and normalised.headings[index].offset == offset


def _rows(normalised: Normalised) -> Iterator[tuple[int, int]]:
    for span in normalised.spans:
        if span.kind is BlockKind.TABLE:
            start = span.start
            while start < span.end:
                end = normalised.text.find("\n", start, span.end)
                end = span.end if end < 0 else end
                yield start, end
                start = end + 1


def _in_prose(normalised: Normalised, start: int, cut: int) -> bool:
    """Whether no code, list or table is near: sentences are what prose has."""
    spans = normalised.spans
    index = bisect_left(spans, (cut,)) - 1
    return index < 0 or spans[index].end <= start


def _needless(text: str, start: int, cut: int, size: int) -> bool:
    """A cut inside a sentence that would fit, though the chunk holds an end of one before it."""
    before = text[start:cut]
    gap = before[len(before.rstrip()) :]
    if "\n\n" in gap or text[cut : cut + 1] == "\n" or _ends_sentence(text, cut):
        return False
    ends = [each.end() for each in _SENTENCE_END.finditer(before) if _is_end(before, each.start())]
    ends.append(before.rstrip().rfind("\n\n"))
    rest = _REST.search(text, cut, start + 2 * size)
    fits = rest is not None and rest.start() - start - max(ends) <= size
    return 0 < max(ends) < len(before) and fits


def _is_end(text: str, at: int) -> bool:
    return _ABBREVIATED.search(text[max(0, at - 24) : at]) is None


def _ends_sentence(text: str, cut: int) -> bool:
    """By anything that may end one: a mark, a line that is no wrap, or any sentence end."""
    before = text[max(0, cut - 200) : cut].rstrip()
    mark = _AFTER_MARK.sub("", before)[-1:]
    return mark in _MARKS or _line_ends(text, cut)


def _line_ends(text: str, cut: int) -> bool:
    """A line end that keeps lines apart: the next line does not go on in lower case."""
    start = cut - len(text[:cut]) + len(text[:cut].rstrip())
    gap = text[start:cut]
    return "\n" in gap and not text[cut : cut + 80].lstrip()[:1].islower()
