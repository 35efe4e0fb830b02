"""The API key that client commands send: from a file or the environment, never from the command
line, which every user of the machine can read."""

import os

import click

from gristmill.client.credentials import FILE_VARIABLE, VARIABLE, checked_key, key_in

__all__ = ["FILE_VARIABLE", "VARIABLE", "given_key", "remember_file"]


def remember_file(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    """Keep what `--key-file` names, for `given_key`."""
    ctx.meta[FILE_VARIABLE] = value


def given_key() -> str | None:
    """The key for the server. A file goes before the environment. Raises InvalidRequest, without
    a character of what it should have been."""
    ctx = click.get_current_context(silent=True)
    name = ctx.meta.get(FILE_VARIABLE) if ctx is not None else None
    return checked_key(os.environ.get(VARIABLE) or None, VARIABLE) if name is None else key_in(name)
