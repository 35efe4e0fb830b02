"""`gristmill cancel ID`: stop a job."""

import click

from gristmill.cli.backends import open_backend
from gristmill.cli.configured.flags import job_argument, json_flag, server_flag, settings_flags
from gristmill.cli.configured.settings import load
from gristmill.cli.ingesting.named_job import named_job
from gristmill.cli.terminal.output import print_state


@click.command("cancel")
@job_argument
@json_flag
@server_flag
@settings_flags("data")
def command(
    job_id: str, as_json: bool, server: str | None, config: str | None, data: str | None
) -> None:
    """End a job: a waiting one at once, a running one within a second. What is done stays.

    It needs a running service: a server, or a supervisor on the data folder.

    \b
    Examples:
      gristmill cancel last
      gristmill cancel 019ab0f2-8c1e-7f3a-9d55-1f2e3d4c5b6a
    """
    with open_backend(server, load({"data": data}, config)) as backend:
        print_state(backend.cancel(named_job(backend, job_id)), as_json)
