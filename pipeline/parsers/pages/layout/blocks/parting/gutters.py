"""Columns of prose on a page, and what parts them: only where many full lines are on both sides."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gristmill.pipeline.parsers.pages.layout.placed.reading import Piece

_ONE_RUN = 1.2
"""Ems: pieces on one line with less between them are one run of text."""
_FEWEST = 8
"""Runs that begin at one place, and full lines that end before it."""
_NARROWEST = 0.18
"""Of what is printed: no column of prose is narrower."""
_SAME = 3.0
"""In points: lines that begin as near to each other begin at one place."""
_NEARLY_FULL, _FULL = 0.3, 0.6
_MOST_CROSSING = 0.25
_MOST = 3


class Run(NamedTuple):
    """Text on one line without a wide gap."""

    left: float
    right: float
    top: float
    bottom: float


def gutters_of(pieces: Iterable[Piece]) -> list[float]:
    """Where the second column of a page begins, and each further one; none for most pages."""
    level = [piece for piece in pieces if not piece.rotated and piece.text.strip()]
    runs = runs_of(level) if _may_have_gutter(level) else []
    if len(runs) < 2 * _FEWEST:
        return []
    left, right = min(run.left for run in runs), max(run.right for run in runs)
    least = _NARROWEST * (right - left)
    starts = Counter(round(run.left) for run in runs if run.right - run.left >= least)
    found: list[float] = []
    for start, _ in starts.most_common():
        near = sum(starts[start + d] for d in range(-int(_SAME), int(_SAME) + 1))
        is_new = all(abs(start - other) >= least for other in [*found, left])
        if near < _FEWEST or len(found) == _MOST:
            break
        if is_new and _is_evident(runs, float(start) - 1, least):
            found.append(float(start) - 1)
    return sorted(found)


def _may_have_gutter(pieces: Sequence[Piece]) -> bool:
    """Whether enough pieces begin at one place that is not the first: cheaper than their runs, each
    of which begins with a piece."""
    if len(pieces) < 2 * _FEWEST:
        return False
    left, right = min(each.box.left for each in pieces), max(each.box.right for each in pieces)
    least = left + _NARROWEST * (right - left) - _SAME - 1
    starts = Counter(round(each.box.left) for each in pieces if each.box.left >= least)
    reach = range(-int(_SAME), int(_SAME) + 1)
    return any(sum(starts[start + d] for d in reach) >= _FEWEST for start in list(starts))


def runs_of(level: Iterable[Piece]) -> list[Run]:
    """The runs of level lines with text, from above to below."""
    runs: list[Run] = []
    for piece in sorted(level, key=lambda each: (round(each.box.bottom / 2), each.box.left)):
        box = piece.box
        if runs and _goes_on(runs[-1], piece):
            last = runs[-1]
            runs[-1] = Run(
                last.left,
                max(last.right, box.right),
                min(last.top, box.top),
                max(last.bottom, box.bottom),
            )
        else:
            runs.append(Run(box.left, box.right, box.top, box.bottom))
    return runs


def _goes_on(run: Run, piece: Piece) -> bool:
    box = piece.box
    same = abs(run.bottom - box.bottom) <= (box.bottom - box.top) / 2
    return same and -piece.size <= box.left - run.right <= _ONE_RUN * piece.size


def _is_evident(runs: Sequence[Run], x: float, least: float) -> bool:
    """Whether lines are full up to a place, other full lines begin there, and few cross it."""
    after = [
        run for run in runs if abs(run.left - x) <= _SAME + 1 and run.right - run.left >= least
    ]
    before = [run for run in runs if run.right <= x and x - run.right <= _NEARLY_FULL * least]
    before = [run for run in before if run.right - run.left >= least]
    crossing = sum(run.left < x - _SAME and run.right > x + _SAME for run in runs)
    if min(len(after), len(before)) < _FEWEST:
        return False
    width = max(run.right - run.left for run in after)
    full = sum(run.right - run.left >= _FULL * width for run in after)
    return full >= _FEWEST and crossing <= _MOST_CROSSING * min(len(after), len(before))
