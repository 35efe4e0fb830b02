"""`gristmill node`: this machine works for a service elsewhere."""

import os
import shlex
from typing import Any

import click

from gristmill.cli.configured.flags import settings_flags
from gristmill.cli.configured.privacy import keep_files_private
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.output import say
from gristmill.schemas.configuration.settings import Settings


@click.command("node")
@settings_flags("scheduler", "insecure_scheduler", "tls_ca_file", "tls_cert_file", "tls_key_file")
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="Address of this machine.",
)
@click.option("--print", "only_print", is_flag=True, help="Show the command, and do not run it.")
def command(config: str | None, host: str, only_print: bool, **flags: Any) -> None:
    """Have this machine work for a service that runs with `--engine dask`.

    Runs until it is ended, or the scheduler is. A cluster's own tools (SSH, Kubernetes, SLURM) can
    run the same by the command that `--print` shows.

    \b
    Example:
      gristmill node --scheduler tls://10.0.0.1:8786 --host 10.0.0.2 --config node.toml
    """
    from gristmill.pool.engines.choice import check_scheduler
    from gristmill.pool.engines.node.starting import node_command

    keep_files_private()
    settings: Settings = load(flags, config)
    check_scheduler(settings)
    argv = node_command(settings, host)
    if only_print:
        say(shlex.join(argv))
        return
    os.execv(argv[0], argv)
