"""Log lines that stay lines: a name in a message starts no other line and steers no terminal."""

import logging
from types import TracebackType

from gristmill.schemas.printable import escaped

_Exception = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


class OneLine(logging.Formatter):
    """Formats a message as one line; only a traceback has more."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return escaped(super().formatMessage(record))

    def formatException(self, ei: _Exception) -> str:  # noqa: N802
        return "\n".join(map(escaped, super().formatException(ei).split("\n")))


def keep_lines() -> None:
    """For a process in which nobody has set up a log: what it warns of goes to stderr."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(OneLine())
