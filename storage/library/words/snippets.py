"""The piece of a chunk that shows best what was looked for."""

import html
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gristmill.storage.library.words.stemming import stem
from gristmill.storage.library.words.words import Word, parts, words

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_WORDS = 32
"""Of a snippet."""
_BEFORE = 6
"""Words shown in front of the first hit."""
_MOST_CHARS = 100_000
"""Of a chunk that are looked at."""


class Marks:
    """The words that are marked: each with whether it is only the beginning of one."""

    def __init__(self, wanted: Iterable[tuple[str, bool]]) -> None:
        wanted = list(wanted)
        self._stems = {stem(word) for word, prefix in wanted if not prefix}
        # What a word ends with is not in the index.
        self._beginnings = tuple({stem(word) for word, prefix in wanted if prefix})
        # A stem begins as its word does.
        self._first = tuple({each[:2] for each in (*self._stems, *self._beginnings)})
        self._known: dict[str, str | None] = {}

    def kind(self, word: Word, written: str) -> str | None:
        """Which of the wanted words this one is, or has for a part; None where it is none."""
        if written[1:].islower() and not word.folded.startswith(self._first):
            return None
        if written not in self._known:
            self._known[written] = self._kind(word, written)
        return self._known[written]

    def _kind(self, word: Word, written: str) -> str | None:
        stemmed = stem(word.folded)
        if stemmed in self._stems:
            return stemmed
        for part in parts(written):
            if (of_part := stem(part.lower())) in self._stems:
                return of_part
        if self._beginnings and stemmed.startswith(self._beginnings):
            return next(each for each in self._beginnings if stemmed.startswith(each))
        return None


class Shown(NamedTuple):
    """The piece of a chunk to show, and the places in the chunk's text of all that was found."""

    snippet: str
    highlight: tuple[tuple[int, int], ...]


def snippet(text: str, marks: Marks) -> Shown:
    """HTML in which nothing is markup but the `<mark>` around each hit. It begins and ends at
    words; an ellipsis says that the chunk goes on there."""
    found = list(words(text[:_MOST_CHARS]))
    if not found:
        return Shown(html.escape(text[:200].strip()), ())
    kinds = [marks.kind(word, text[word.start : word.end]) for word in found]
    first = _best_start(kinds)
    last = min(len(found), first + _WORDS)
    start = 0 if first == 0 else found[first].start
    end = len(text) if last == len(found) and len(text) <= _MOST_CHARS else found[last - 1].end
    before, after = "" if start == 0 else "…", "" if end == len(text) else "…"
    shown = _marked(text, start, end, _joined(_places(found[first:last], kinds[first:last])))
    highlight = tuple(_joined(_places(found, kinds)))
    return Shown(before + shown.strip() + after, highlight)


def _places(found: Sequence[Word], kinds: Sequence[str | None]) -> list[tuple[int, int]]:
    return [
        (word.start, word.end) for word, kind in zip(found, kinds, strict=True) if kind is not None
    ]


def _best_start(kinds: Sequence[str | None]) -> int:
    """Where most of the wanted words are near each other; the earliest of such places."""
    hits = [place for place, kind in enumerate(kinds) if kind is not None]
    best, most = 0, (0, 0)
    for number, place in enumerate(hits):
        inside = []
        for other in hits[number : number + _WORDS]:
            if other >= place + _WORDS - _BEFORE:
                break
            inside.append(kinds[other])
        score = (len(set(inside)), len(inside))
        if score > most:
            best, most = max(0, place - _BEFORE), score
    return best


def _joined(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pairs of letters overlap: they are marked as one."""
    joined: list[tuple[int, int]] = []
    for start, end in places:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _marked(text: str, start: int, end: int, places: Sequence[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = start
    for first, last in places:
        pieces += [html.escape(text[at:first]), "<mark>", html.escape(text[first:last]), "</mark>"]
        at = last
    pieces.append(html.escape(text[at:end]))
    return _CONTROLS.sub("", "".join(pieces))
