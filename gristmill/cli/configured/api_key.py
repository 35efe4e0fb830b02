"""The API key that client commands send: from a file or the environment, never from the command
line, which every user of the machine can read."""

import os
from pathlib import Path

import click

from gristmill.schemas.problems.errors import InvalidRequest

VARIABLE = "GRISTMILL_KEY"
FILE_VARIABLE = "GRISTMILL_KEY_FILE"
_MOST_CHARS = 1000


def remember_file(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    """Keep what `--key-file` names, for `given_key`."""
    ctx.meta[FILE_VARIABLE] = value


def given_key() -> str | None:
    """The key for the server. A file goes before the environment. Raises InvalidRequest, without
    a character of what it should have been."""
    ctx = click.get_current_context(silent=True)
    name = ctx.meta.get(FILE_VARIABLE) if ctx is not None else None
    if name is None:
        return _checked(os.environ.get(VARIABLE) or None, VARIABLE)
    try:
        text = Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise InvalidRequest(f"the key file {name} cannot be read: {reason}") from None
    return _checked(text.strip(), f"the key file {name}")


def _checked(key: str | None, source: str) -> str | None:
    if key is None:
        return None
    if not (0 < len(key) <= _MOST_CHARS and key.isascii() and key.isprintable()) or " " in key:
        raise InvalidRequest(f"{source} holds no API key; it is one line, as `key add` printed it")
    return key
