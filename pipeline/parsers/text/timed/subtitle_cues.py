"""Cues of subtitles, whichever format has them, and what is said in them once.

Live and automatic captions roll: each cue repeats the last lines of the one before, or grows word
by word.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

_PAUSE_SECONDS = 3.0
_PARAGRAPH_CHARS = 600
_SENTENCE_END = (".", "!", "?", "…", '."', "。", "！", "？")
_MOST_WORDS = 60  # of a cue that are compared
_ROLLING = 0.15  # of the cues repeat something
_FEW = 2
_ADJACENT_SECONDS = 1.0


class Cue(NamedTuple):
    """What is said from `start` to `end`, in seconds."""

    start: float
    end: float
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.lines)


def paragraphs(cues: list[Cue]) -> Iterator[str]:
    """What is said, a line for each cue. A paragraph ends where nothing is said for three seconds,
    or at a sentence's end when it has grown long."""
    running: list[str] = []
    length = 0
    before: Cue | None = None
    for cue in _said_once(cues):
        if before is not None and running:
            pause = cue.start - before.end >= _PAUSE_SECONDS
            full = length > _PARAGRAPH_CHARS and before.text.endswith(_SENTENCE_END)
            if pause or full or cue.text.startswith(("- ", "– ")):
                yield "\n".join(running)
                running, length = [], 0
        running.append(cue.text)
        length += len(cue.text)
        before = cue
    if running:
        yield "\n".join(running)


def _said_once(cues: list[Cue]) -> Iterable[Cue]:
    """The cues without what the one before has said already."""
    shown = [cue for cue in cues if cue.text]
    pairs = list(zip([None, *shown], shown, strict=False))
    repeated = [_repeated(before, cue) for before, cue in pairs]
    whole = [before is not None and before.text == cue.text for before, cue in pairs]
    partly = sum(bool(words) and not same for words, same in zip(repeated, whole, strict=True))
    rolling = partly >= _FEW and partly >= _ROLLING * len(shown)
    for cue, words, same in zip(shown, repeated, whole, strict=True):
        if same:
            continue
        if rolling and words:
            cue = cue._replace(lines=(" ".join(cue.text.split()[words:]),))
        if cue.text:
            yield cue


def _repeated(before: Cue | None, cue: Cue) -> int:
    """How many words at the beginning are the end of the cue before: whole lines of this one, or
    all of that one, which has grown."""
    if before is None or cue.start - before.end > _ADJACENT_SECONDS:
        return 0
    said = before.text.split()
    words = cue.text.split()[:_MOST_WORDS]
    lines, ends = 0, set()
    for line in cue.lines:
        lines += len(line.split())
        ends.add(lines)
    for count in range(min(len(said), len(words)), 0, -1):
        whole = count in ends or count == len(said)
        if whole and said[-count:] == words[:count]:
            return count
    return 0
