"""How a failure becomes one sentence on stderr and an exit code."""

import errno
from typing import NamedTuple

import click

from gristmill.cli.terminal.exit_codes import ExitCode, exit_code
from gristmill.cli.terminal.streams import output_was_closed
from gristmill.schemas.problems.errors import GristmillError

_FULL = {errno.ENOSPC, errno.EDQUOT}


class CommandFailure(NamedTuple):
    """What the program says at its end, and its exit code. Without a sentence it says nothing."""

    sentence: str | None
    code: ExitCode


class Interrupted(Exception):
    """Ctrl-C came while a command was at work; the message says what becomes of the work."""


class OutputClosed(Exception):
    """Whoever read our output does so no more."""


class Terminated(Exception):
    """SIGTERM came while a command was at work."""


def failure_of(error: BaseException) -> CommandFailure:
    """What to say about an exception that ended a command."""
    if isinstance(error, GristmillError):
        return CommandFailure(error.message, exit_code(error))
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else "gristmill"
        return CommandFailure(f"{error.format_message()} (see {command} --help)", ExitCode.USAGE)
    if isinstance(error, click.ClickException):
        return CommandFailure(error.format_message(), ExitCode.FAILED)
    if isinstance(error, Interrupted | KeyboardInterrupt | click.Abort):
        return CommandFailure(str(error) or "interrupted", ExitCode.INTERRUPTED)
    if isinstance(error, Terminated):
        return CommandFailure(str(error) or "terminated", ExitCode.TERMINATED)
    if isinstance(error, OutputClosed | BrokenPipeError):
        return CommandFailure(None, ExitCode.OUTPUT_CLOSED)
    if isinstance(error, OSError):
        return _of_system(error)
    return CommandFailure(
        f"unexpected {type(error).__name__}: {_one_line(error)}; this is a bug in Gristmill, "
        "`gristmill --traceback ...` shows where",
        ExitCode.FAILED,
    )


def _of_system(error: OSError) -> CommandFailure:
    reason = error.strerror or _one_line(error) or type(error).__name__
    if error.errno == errno.EBADF and output_was_closed():
        return CommandFailure(
            "standard output is closed; send it somewhere, such as to a file or to /dev/null",
            ExitCode.OUTPUT_CLOSED,
        )
    if error.errno in _FULL:
        return CommandFailure(f"the disk is full ({reason}); free some space", ExitCode.DATA_FOLDER)
    where = f"{error.filename}: " if error.filename else ""
    missing = isinstance(error, FileNotFoundError)
    return CommandFailure(f"{where}{reason}", ExitCode.NOT_FOUND if missing else ExitCode.FAILED)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())
