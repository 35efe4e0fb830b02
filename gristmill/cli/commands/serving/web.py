"""`gristmill web`: the half of the service that speaks HTTP."""

import socket
from typing import Any

import click

from gristmill.cli.configured.exposure import expect_keys, insecure_flag
from gristmill.cli.configured.flags import ALL, settings_flags
from gristmill.cli.configured.heap import keep_heap_small
from gristmill.cli.configured.privacy import keep_files_private
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.heartbeat import Heartbeat
from gristmill.cli.terminal.logs import set_up, verbose_flag
from gristmill.cli.terminal.output import announce
from gristmill.cli.terminal.stop_flag import StopFlag, stop_on_signals, stop_with_stdin


@click.command("web")
@settings_flags(*ALL)
@click.option("--fd", type=int, hidden=True, help="A descriptor that listens already.")
@click.option(
    "--ready-fd",
    type=int,
    hidden=True,
    help="Gets a line when requests are accepted, then a byte each second.",
)
@insecure_flag
@verbose_flag
def command(
    config: str | None,
    fd: int | None,
    ready_fd: int | None,
    insecure: bool,
    verbose: bool,
    **flags: Any,
) -> None:
    """Run one web process over a data folder that `gristmill supervise` works on.

    Prints one line, `listening on http://HOST:PORT`, when it accepts requests. While no supervisor
    is there, submissions are answered 503 and everything can be read.

    \b
    Example:
      gristmill web --data /var/lib/gristmill --port 8001
    """
    from gristmill.server.transport.runner import run
    from gristmill.storage.stores import Stores

    keep_files_private()
    keep_heap_small()
    settings = load(flags, config)
    if fd is None:
        expect_keys(settings, insecure=insecure)
    settings = set_up(settings, verbose=verbose)
    stop = StopFlag()
    stop_on_signals(stop, web_process=ready_fd is not None)
    beat = None
    if ready_fd is not None:
        stop_with_stdin(stop)
        beat = Heartbeat(stop, ready_fd)
    run(
        settings,
        Stores.of(settings),
        sockets=None if fd is None else [socket.socket(fileno=fd)],
        on_ready=lambda url: beat.say_ready() if beat else announce(f"listening on {url}"),
        stop=beat or stop,
    )
