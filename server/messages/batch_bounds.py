"""Where a batch ends before its body does: too many lines, or nothing but wrong ones."""

from collections.abc import Callable, Sequence

from gristmill.schemas.problems.batch_errors import BatchTooLong, TooManyBadLines
from gristmill.server.messages.batch_lines import refused
from gristmill.server.messages.lines import Line, Result

MOST_BAD_LINES = 1_000
"""Refused in one batch: whoever sends so many sends something else than tasks."""
_REFUSED = range(400, 500)
_REPEATED = 409
"""Names a job that was accepted before: no wrong line."""


class Bounds:
    """Counts what a batch has brought. Without `most_lines` it may have any number."""

    def __init__(self, most_lines: int | None = None) -> None:
        self._most_lines = most_lines
        self._lines = self._bad = 0
        self.is_over = False

    def results(
        self, lines: Sequence[Line], submit: Callable[[Sequence[Line]], list[Result]]
    ) -> list[Result]:
        """The results of lines, as long as the bounds are kept; behind them one that says why
        no other line was looked at."""
        room = len(lines) if self._most_lines is None else self._most_lines - self._lines
        taken = lines[:room]
        found = submit(taken) if taken else []
        self._lines += len(found)
        self._bad += sum(map(_is_bad, found))
        if self._bad >= MOST_BAD_LINES:
            self.is_over = True
            text = (
                f"{self._bad} of {self._lines} lines were refused, so this one and all after it "
                "were not looked at; what was accepted goes on: mend the rest and send it again"
            )
            return [*found, refused(taken[-1].number + 1, TooManyBadLines(text))]
        if len(taken) < len(lines):
            self.is_over = True
            text = (
                f"{self._lines} lines were looked at, which is the most of a batch "
                "(max_batch_lines); this one and all after it were not: send them as another batch"
            )
            return [*found, refused(lines[room].number, BatchTooLong(text))]
        return found


def _is_bad(result: Result) -> bool:
    return result.status in _REFUSED and result.status != _REPEATED
