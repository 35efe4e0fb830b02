"""The API key that a client sends: one that it is given, or from a file or the environment."""

import os
from pathlib import Path

from gristmill.schemas.problems.errors import InvalidRequest

VARIABLE = "GRISTMILL_KEY"
FILE_VARIABLE = "GRISTMILL_KEY_FILE"
_MOST_CHARS = 1000


def key_from_environment() -> str | None:
    """That of the file that `GRISTMILL_KEY_FILE` names, else `GRISTMILL_KEY`, else None. Raises
    InvalidRequest."""
    name = os.environ.get(FILE_VARIABLE)
    return key_in(name) if name else checked_key(os.environ.get(VARIABLE) or None, VARIABLE)


def key_in(name: str) -> str:
    """The key in a file. Raises InvalidRequest, without a character of what it should have been."""
    try:
        text = Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise InvalidRequest(f"the key file {name} cannot be read: {reason}") from None
    return checked_key(text.strip(), f"the key file {name}") or ""


def checked_key(key: str | None, source: str) -> str | None:
    """A key, if there is one. Raises InvalidRequest for what cannot be one."""
    if key is None:
        return None
    if not (0 < len(key) <= _MOST_CHARS and key.isascii() and key.isprintable()) or " " in key:
        raise InvalidRequest(f"{source} holds no API key; it is one line, as `key add` printed it")
    return key
