"""`gristmill jobs`: the list of jobs."""

import click

from gristmill.cli.backends import open_backend
from gristmill.cli.configured.flags import (
    after_flag,
    collection_flag,
    json_flag,
    limit_flag,
    server_flag,
    settings_flags,
)
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.output import print_page
from gristmill.cli.terminal.phrases import moment, tally
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.views import JobView


@click.command("jobs")
@click.option(
    "--state", type=click.Choice([each.value for each in JobState]), help="Only jobs in this state."
)
@collection_flag
@limit_flag(20)
@after_flag
@json_flag
@server_flag
@settings_flags("data")
def command(
    state: str | None,
    collection: str | None,
    limit: int,
    after: str | None,
    as_json: bool,
    server: str | None,
    config: str | None,
    data: str | None,
) -> None:
    """List jobs, newest first.

    \b
    Example:
      gristmill jobs --state failed --limit 5
    """
    with open_backend(server, load({"data": data}, config)) as backend:
        page = backend.jobs(JobState(state) if state else None, collection, after, limit)
    print_page(page, as_json, ("job", "state", "collection", "submitted (UTC)", "documents"), _row)


def _row(job: JobView) -> tuple[object, ...]:
    return job.job_id, job.state, job.collection, moment(job.submitted_at), tally(job.counts)
