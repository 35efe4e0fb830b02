"""`gristmill jobs`: the list of jobs."""

import click
import msgspec

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
from gristmill.cli.ingesting.told_jobs import ToldJobs, tell
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.cli.terminal.output import print_encoded, print_page, say
from gristmill.cli.terminal.phrases import moment, tally
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.views import JobView


@click.command("jobs")
@click.option(
    "--state", type=click.Choice([each.value for each in JobState]), help="Only jobs in this state."
)
@click.option("--follow", "-f", is_flag=True, help="Go on with what comes and changes.")
@collection_flag
@limit_flag(20)
@after_flag
@json_flag
@server_flag
@settings_flags("data")
def command(
    state: str | None,
    follow: bool,
    collection: str | None,
    limit: int,
    after: str | None,
    as_json: bool,
    server: str | None,
    config: str | None,
    data: str | None,
) -> ExitCode:
    """List jobs, newest first.

    With --follow, a line for each that comes or changes, until Ctrl-C; with --json as well, the
    job as JSON in a line.

    \b
    Examples:
      gristmill jobs --state failed --limit 5
      gristmill jobs --follow --collection handbook
    """
    with open_backend(server, load({"data": data}, config)) as backend:
        if follow:
            if after is not None:
                raise click.UsageError("--follow goes on by itself, --after is for pages")
            return _follow(ToldJobs(backend, collection, limit), state, as_json)
        page = backend.jobs(JobState(state) if state else None, collection, after, limit)
    print_page(page, as_json, ("job", "state", "collection", "submitted (UTC)", "documents"), _row)
    return ExitCode.OK


def _follow(told: ToldJobs, state: str | None, as_json: bool) -> ExitCode:
    def show(job: JobView) -> None:
        if state in (None, job.state):
            print_encoded(msgspec.json.encode(job)) if as_json else say(_line(job))

    try:
        tell(told, show)
    except KeyboardInterrupt:
        # Its end, and no error.
        return ExitCode.INTERRUPTED


def _line(job: JobView) -> str:
    at = job.history[-1].at if job.history else job.submitted_at
    reason = f"  {job.error.code}" if job.error else ""
    counts = f"  {tally(job.counts)}" if job.counts.total else ""
    return f"{moment(at)}Z  {job.job_id}  {job.state:<9}  {job.collection}{counts}{reason}"


def _row(job: JobView) -> tuple[object, ...]:
    return job.job_id, job.state, job.collection, moment(job.submitted_at), tally(job.counts)
