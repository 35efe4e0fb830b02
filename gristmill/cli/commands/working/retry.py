"""`gristmill retry ID`: run what failed again."""

import click

from gristmill.cli.backends import open_backend
from gristmill.cli.configured.flags import job_argument, json_flag, server_flag, settings_flags
from gristmill.cli.configured.settings import load
from gristmill.cli.ingesting.named_job import named_job
from gristmill.cli.terminal.output import print_state


@click.command("retry")
@job_argument
@json_flag
@server_flag
@settings_flags("data")
def command(
    job_id: str, as_json: bool, server: str | None, config: str | None, data: str | None
) -> None:
    """Run the failed and the cancelled documents of an ended job again.

    It needs a running service: a server, or a supervisor on the data folder.

    \b
    Examples:
      gristmill retry last
      gristmill retry 019ab0f2-8c1e-7f3a-9d55-1f2e3d4c5b6a
    """
    with open_backend(server, load({"data": data}, config)) as backend:
        print_state(backend.retry(named_job(backend, job_id)), as_json)
