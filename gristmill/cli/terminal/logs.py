"""Where the log of a service goes: stderr, one line an event."""

import logging
import sys

import click

from gristmill.pool.processes.log_lines import OneLine

verbose_flag = click.option("--verbose", "-v", is_flag=True, help="Log what happens, on stderr.")


def set_up(*, verbose: bool) -> None:
    """Log warnings, with `verbose` everything worth telling."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[handler])
