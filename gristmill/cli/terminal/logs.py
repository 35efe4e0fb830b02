"""Where the log of a service goes: stderr, one line an event."""

import click
import msgspec

from gristmill.pool.processes.log_lines import log_to_stderr
from gristmill.schemas.configuration.settings import Settings

verbose_flag = click.option(
    "--verbose",
    "-v",
    is_flag=True,
    help="Log each request, transition and document as well: --log-level debug.",
)


def set_up(settings: Settings, *, verbose: bool, quiet: bool = False) -> Settings:
    """Begin to log as the settings say, with `verbose` all of it; returns them as they are then.
    `quiet`: whoever started this has a terminal to say more on, and is told what goes wrong."""
    if verbose:
        settings = msgspec.structs.replace(settings, log_level="debug")
    elif quiet and settings.log_level == "info":
        settings = msgspec.structs.replace(settings, log_level="warning")
    log_to_stderr(settings)
    return settings
