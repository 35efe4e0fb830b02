"""`gristmill top`: the queue and the workers, live."""

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from gristmill.cli.backends import Backend, open_backend
from gristmill.cli.configured.flags import json_flag, server_flag, settings_flags
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.cli.terminal.output import note, print_json
from gristmill.cli.terminal.overview_page import print_overview, rate_between
from gristmill.schemas.overview import OverviewView

_TWICE_S = 1.1
"""A second look so much later knows CPU and rate; an earlier one would be the first again."""
_AFRESH = "\x1b[H\x1b[2J"


@click.command("top")
@click.option("--once", is_flag=True, help="Show it once, as where the output is no terminal.")
@click.option(
    "--interval",
    type=click.FloatRange(_TWICE_S, 60),
    default=2.0,
    metavar="SECONDS",
    help="Seconds between two looks (1.1 to 60).  [default: 2]",
)
@json_flag
@server_flag
@settings_flags("data")
def command(
    once: bool,
    interval: float,
    as_json: bool,
    server: str | None,
    config: str | None,
    data: str | None,
) -> ExitCode:
    """Watch the service: jobs, rate, room, and what each worker is at.

    Where the output is no terminal, it is shown once. Ctrl-C ends it.

    \b
    Examples:
      gristmill top
      gristmill top --once --json
    """
    live = sys.stdout.isatty() and not once and not as_json
    with open_backend(server, load({"data": data}, config)) as backend:
        try:
            for view, rate in _looks(backend, interval if live else _TWICE_S):
                if not live:
                    _print(view, rate, as_json)
                    return ExitCode.OK
                click.echo(_AFRESH, nl=False)
                print_overview(view, rate, datetime.now(UTC))
                note("Ctrl-C ends")
        except KeyboardInterrupt:
            return ExitCode.INTERRUPTED
    return ExitCode.OK


def _looks(backend: Backend, every_s: float) -> Iterator[tuple[OverviewView, float | None]]:
    """From the second look on, which is what the rate and the CPU need."""
    before, at = backend.overview(), time.monotonic()
    while True:
        time.sleep(every_s)
        view, now = backend.overview(), time.monotonic()
        yield view, rate_between(before, view, now - at)
        before, at = view, now


def _print(view: OverviewView, rate: float | None, as_json: bool) -> None:
    print_json(view) if as_json else print_overview(view, rate, datetime.now(UTC))
