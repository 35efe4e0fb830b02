"""Log lines that stay lines: a name in a message starts no other line and steers no terminal.

What a line is about stands beside its message, as the `fields` of its record
(`extra={"fields": {...}}`): ids, states, codes, names and numbers; never a content or a secret.
"""

import logging
import sys
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import msgspec

from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.printable import escaped

OURS = "gristmill"
_PLAIN = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_encode = msgspec.json.Encoder(enc_hook=str).encode
_Exception = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


class OneLine(logging.Formatter):
    """Formats a record as one line for people; only a traceback has more."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        told = " ".join(f"{name}={_shown(value)}" for name, value in _fields(record).items())
        message = super().formatMessage(record)
        return escaped(f"{message} {told}" if told else message)

    def formatException(self, ei: _Exception) -> str:  # noqa: N802
        return "\n".join(map(escaped, super().formatException(ei).split("\n")))


class JsonLine(logging.Formatter):
    """Formats a record as a JSON object: `at` (UTC), `level`, `logger`, `pid`, `message`, its
    fields, and `traceback` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "pid": record.process,
            "message": record.getMessage(),
        }
        # What is said of every line is never overwritten.
        line = _fields(record) | line
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return _encode(line).decode()


def log_to_stderr(settings: Settings) -> None:
    """Log what this process says to stderr, as the settings want it; of libraries, warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine() if settings.log_format == "json" else OneLine(_PLAIN))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger(OURS).setLevel(settings.log_level.upper())


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    fields: dict[str, Any] = getattr(record, "fields", {})
    return {name: value for name, value in fields.items() if value is not None}


def _shown(value: object) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if text and not set(text) & set(' "=') else _encode(text).decode()
