"""Where the log of a service goes: stderr, one line an event."""

import logging
import sys

import click

verbose_flag = click.option("--verbose", "-v", is_flag=True, help="Log what happens, on stderr.")


def set_up(*, verbose: bool) -> None:
    """Log warnings, with `verbose` everything worth telling."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
