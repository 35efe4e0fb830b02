"""Which words of a page are the label of a field, and where in a text they stand."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from gristmill.pipeline.parsers.pages.notes.pdf_note_shapes import Note, NoteKind
from gristmill.pipeline.parsers.pages.notes.pdf_runs import Run

_TOUCH = 3.0
"""Points that a label may reach into its field."""
_LEFT_REACH, _RIGHT_REACH, _ABOVE_REACH = 300.0, 60.0, 24.0
_LABEL_CHARS = 40
_MOST_OCCURRENCES = 200


class Label(NamedTuple):
    """`words` come right before the note, or after it where it `follows` not; `number` is
    that of the character that comes after the note."""

    words: str
    follows: bool
    number: int

    def place_in(self, text: str) -> int | None:
        """Where in a text of the page the note is to be put: at the occurrence of the label that
        is nearest to its number."""
        wanted = self.number - len(self.words) if self.follows else self.number
        best, at = None, -1
        for _ in range(_MOST_OCCURRENCES):
            at = text.find(self.words, at + 1)
            if at < 0:
                break
            if best is None or abs(at - wanted) < abs(best - wanted):
                best = at
        if best is None:
            return None
        return best + len(self.words) if self.follows else best


def label_of(note: Note, runs: Sequence[Run]) -> Label | None:
    """The nearest words: of a mark, those to its right, else to its left; of a value, those to its
    left, else above."""
    beside = [run for run in runs if run.is_beside(note.area)]
    if note.kind is NoteKind.MARK:
        return _to_the_right(note, beside) or _to_the_left(note, beside)
    return _to_the_left(note, beside) or _above(note, runs)


def _to_the_right(note: Note, beside: Sequence[Run]) -> Label | None:
    right, best, nearest = note.area[2] - _TOUCH, None, _RIGHT_REACH
    for run in beside:
        at = run.word_from(bisect_right(run.lefts, right))
        if at < len(run.lefts) and run.lefts[at] - right < nearest:
            best, nearest = _before(run, at), run.lefts[at] - right
    return best


def _to_the_left(note: Note, beside: Sequence[Run]) -> Label | None:
    left, best, nearest = note.area[0] + _TOUCH, None, _LEFT_REACH
    for run in beside:
        at = bisect_right(run.rights, left)
        if at and left - run.rights[at - 1] < nearest:
            best, nearest = _behind(run, run.word_to(at)), left - run.rights[at - 1]
    return best


def _above(note: Note, runs: Sequence[Run]) -> Label | None:
    left, _, right, top = note.area
    best, nearest = None, _ABOVE_REACH
    for run in runs:
        away = run.bottom - top
        over = run.lefts[0] < right and run.rights[-1] > left
        if over and -_TOUCH <= away < nearest:
            best, nearest = _behind(run, len(run.signs)), away
    return best


def _before(run: Run, at: int) -> Label:
    words = "".join(run.signs[at : at + _LABEL_CHARS]).rstrip()
    return Label(words, False, run.first + at)


def _behind(run: Run, at: int) -> Label:
    words = "".join(run.signs[max(0, at - _LABEL_CHARS) : at]).rstrip()
    return Label(words, True, run.first + at)
