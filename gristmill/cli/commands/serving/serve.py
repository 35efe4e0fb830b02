"""`gristmill serve`: the whole service."""

import os
import sys
from typing import Any

import click
import msgspec

from gristmill.cli.configured.exposure import expect_keys, insecure_flag
from gristmill.cli.configured.flags import ALL, settings_flags
from gristmill.cli.configured.heap import keep_heap_small
from gristmill.cli.configured.import_path import keep_current_folder_out
from gristmill.cli.configured.privacy import keep_files_private
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.logs import set_up, verbose_flag
from gristmill.cli.terminal.output import announce
from gristmill.schemas.configuration.settings import INHERITED


@click.command("serve")
@settings_flags(*ALL)
@insecure_flag
@verbose_flag
def command(config: str | None, insecure: bool, verbose: bool, **flags: Any) -> int:
    """Run the whole service: supervisor, workers and web processes.

    Prints one line, `listening on http://HOST:PORT`, when it accepts jobs. SIGTERM or Ctrl-C drain
    it: running documents get to end, everything else goes on at the next start.

    \b
    Example:
      gristmill serve --data /var/lib/gristmill --port 8000 --workers 4
    """
    from gristmill.pool.processes.web_life import WebProcess
    from gristmill.pool.supervisor.supervisor import run_supervisor
    from gristmill.server.transport.listening import listen, url_of

    keep_files_private()
    keep_heap_small()
    settings = load(flags, config)
    expect_keys(settings, insecure=insecure)
    settings = set_up(settings, verbose=verbose)
    keep_current_folder_out()
    # Bound before anything is started: a taken port must not cost a boot.
    listener = listen(settings.host, settings.port)
    # The web processes inherit it, so they see exactly our settings.
    os.environ[INHERITED] = msgspec.json.encode(settings).decode()
    argv = [sys.executable, "-P", "-m", "gristmill", "web", "--fd", str(listener.fileno())]
    web_processes = [
        WebProcess(f"web-{number}", argv, (listener.fileno(),))
        for number in range(1, settings.web_processes + 1)
    ]
    url = url_of(listener)
    return run_supervisor(
        settings, web_processes=web_processes, on_ready=lambda: announce(f"listening on {url}")
    )
