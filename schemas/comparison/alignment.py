"""Which lines of two texts are the same ones, in bounded time.

What both begin and end with is the same. What is between is cut at lines that are in each of them
once, in an order that both have; what lies between two cuts is compared line by line, where that is
short. Where it is long, all of it is said to have changed: nobody can ask for hours of work.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_MOST_PAIRS = 40_000
"""Of lines between two cuts: what is more is not looked into."""
_MOST_IN_ALL = 500_000


class Run(NamedTuple):
    """`length` lines that are the same, from these places on."""

    before: int
    after: int
    length: int


def same_runs(before: Sequence[str], after: Sequence[str]) -> list[Run]:
    """The lines that stayed, in order; no line is in two runs."""
    head = _common(before, after)
    rest = min(len(before), len(after)) - head
    tail = min(rest, _common(before[::-1], after[::-1]))
    ends = len(before) - tail, len(after) - tail
    runs = [Run(0, 0, head), *_between(before, after, head, ends), Run(*ends, tail)]
    return _joined(run for run in runs if run.length)


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    """How many lines both begin with."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(before), len(after)))


def _between(
    before: Sequence[str], after: Sequence[str], start: int, ends: tuple[int, int]
) -> Iterator[Run]:
    """The runs behind `start`, which both have in common, and before `ends`."""
    left, room = (start, start), _MOST_IN_ALL
    for cut in [*_cuts(before, after, start, ends), ends]:
        pairs = (cut[0] - left[0]) * (cut[1] - left[1])
        if 0 < pairs <= min(_MOST_PAIRS, room):
            room -= pairs
            matcher = SequenceMatcher(
                None, before[left[0] : cut[0]], after[left[1] : cut[1]], autojunk=False
            )
            for a, b, length in matcher.get_matching_blocks():
                yield Run(left[0] + a, left[1] + b, length)
        if cut != ends:
            yield Run(*cut, 1)
            left = cut[0] + 1, cut[1] + 1


def _cuts(
    before: Sequence[str], after: Sequence[str], start: int, ends: tuple[int, int]
) -> list[tuple[int, int]]:
    """The longest row of lines, each once in both, that go up in both."""
    in_before = Counter(before[start : ends[0]])
    in_after = Counter(after[start : ends[1]])
    place = {line: at for at, line in enumerate(after[start : ends[1]], start)}
    found = [
        (at, place[line])
        for at, line in enumerate(before[start : ends[0]], start)
        if in_before[line] == 1 == in_after[line]
    ]
    return _going_up(found)


def _going_up(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of pairs, which go up in the first, that goes up in the second as well."""
    lasts, places, behind = list[int](), list[int](), list[int]()
    for number, (_, after) in enumerate(pairs):
        at = bisect_left(lasts, after)
        lasts[at : at + 1], places[at : at + 1] = [after], [number]
        behind.append(places[at - 1] if at else -1)
    found, number = [], places[-1] if places else -1
    while number >= 0:
        found.append(pairs[number])
        number = behind[number]
    return found[::-1]


def _joined(runs: Iterator[Run]) -> list[Run]:
    """Runs that touch each other become one."""
    found = list[Run]()
    for run in runs:
        last = found[-1] if found else None
        if last and (last.before + last.length, last.after + last.length) == run[:2]:
            found[-1] = last._replace(length=last.length + run.length)
        else:
            found.append(run)
    return found
