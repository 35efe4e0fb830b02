"""What has changed between two texts, as users see it."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec

from gristmill.schemas.comparison.alignment import same_runs
from gristmill.schemas.times import Utc


class LineKind(StrEnum):
    """What became of a line."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


class ChangedLine(msgspec.Struct, frozen=True):
    """A line of the text before, of the text after, or of both."""

    kind: LineKind
    text: str


class Passage(msgspec.Struct, frozen=True):
    """Changes that stand near each other, with the lines around them. `before` and `after` are the
    numbers of its first line in both texts, from 1, not counting empty lines."""

    before: int
    after: int
    lines: tuple[ChangedLine, ...]


class VersionView(msgspec.Struct, frozen=True):
    """A version of a document: its bytes, when it came, and by which job."""

    sha256: str
    ingested_at: Utc
    job_id: str


class ChangesView(msgspec.Struct, frozen=True):
    """What has changed in a document since its bytes last changed. `added` and `removed` count
    lines. `before` is null where nothing is kept of what it was: it is as it came first, or its
    text was longer than `last_version_chars`."""

    document_id: str
    before: VersionView | None
    after: VersionView
    added: int
    removed: int
    passages: tuple[Passage, ...]


def passages_of(before: str, after: str, context: int) -> list[Passage]:
    """The changes from one text to another, with up to `context` lines around each."""
    return list(_passages(_edits(_lines(before), _lines(after)), context))


def counted(passages: Sequence[Passage], kind: LineKind) -> int:
    """How many lines of a kind there are."""
    return sum(line.kind is kind for each in passages for line in each.lines)


def _lines(text: str) -> list[str]:
    return [line for each in text.splitlines() if (line := each.rstrip())]


def _edits(before: Sequence[str], after: Sequence[str]) -> list[ChangedLine]:
    edits = list[ChangedLine]()
    a = b = 0
    for run in [*same_runs(before, after), None]:
        ends = (run.before, run.after) if run else (len(before), len(after))
        edits += [ChangedLine(LineKind.REMOVED, line) for line in before[a : ends[0]]]
        edits += [ChangedLine(LineKind.ADDED, line) for line in after[b : ends[1]]]
        if run:
            a, b = run.before + run.length, run.after + run.length
            edits += [ChangedLine(LineKind.SAME, line) for line in before[run.before : a]]
    return edits


def _passages(edits: Sequence[ChangedLine], context: int) -> Iterator[Passage]:
    numbers = _numbers(edits)
    changed = [at for at, edit in enumerate(edits) if edit.kind is not LineKind.SAME]
    while changed:
        first = last = changed[0]
        count = 0
        for at in changed:
            if at - last > 2 * context + 1:
                break
            last, count = at, count + 1
        changed = changed[count:]
        start = max(0, first - context)
        yield Passage(*numbers[start], tuple(edits[start : last + context + 1]))


def _numbers(edits: Sequence[ChangedLine]) -> list[tuple[int, int]]:
    """Of each edit: the numbers of the lines in both texts that it stands at."""
    found, before, after = [], 1, 1
    for edit in edits:
        found.append((before, after))
        before += edit.kind is not LineKind.ADDED
        after += edit.kind is not LineKind.REMOVED
    return found
