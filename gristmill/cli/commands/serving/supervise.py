"""`gristmill supervise`: the half of the service that works."""

import os
from typing import Any

import click

from gristmill.cli.configured.flags import ALL, settings_flags
from gristmill.cli.configured.heap import keep_heap_small
from gristmill.cli.configured.import_path import keep_current_folder_out
from gristmill.cli.configured.privacy import keep_files_private
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.logs import set_up, verbose_flag
from gristmill.cli.terminal.output import announce


@click.command("supervise")
@settings_flags(*ALL)
@click.option("--stop-with-stdin", is_flag=True, help="Drain and end when standard input ends.")
@verbose_flag
def command(config: str | None, stop_with_stdin: bool, verbose: bool, **flags: Any) -> int:
    """Run the supervisor and its workers, without HTTP.

    Prints one line, `supervising DATA (pid N)`, when it takes jobs. One supervisor per data folder.

    \b
    Example:
      gristmill supervise --data /var/lib/gristmill --workers 4
    """
    from gristmill.pool.supervisor.supervisor import run_supervisor

    keep_files_private()
    keep_heap_small()
    settings = load(flags, config)
    settings = set_up(settings, verbose=verbose, quiet=stop_with_stdin)
    keep_current_folder_out()
    return run_supervisor(
        settings,
        on_ready=lambda: announce(f"supervising {settings.data} (pid {os.getpid()})"),
        stop_with_stdin=stop_with_stdin,
    )
