"""`gristmill job ID`: one job."""

import time

import click

from gristmill.cli.backends import Backend, open_backend
from gristmill.cli.configured.flags import (
    every_flag,
    job_argument,
    json_flag,
    server_flag,
    settings_flags,
)
from gristmill.cli.configured.settings import load
from gristmill.cli.ingesting.following import follow
from gristmill.cli.ingesting.named_job import named_job
from gristmill.cli.ingesting.outcome import Reason, collect, ledger_rows
from gristmill.cli.ingesting.outcome_page import Shown, print_failures, print_skipped, report
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.cli.terminal.output import print_json, print_pairs, print_table
from gristmill.cli.terminal.phrases import duration, moment, seconds_of, tally, warning_of
from gristmill.cli.terminal.progress_bar import progress_bar
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.documents import LedgerRow
from gristmill.schemas.views import JobView


@click.command("job")
@job_argument
@click.option("--documents", is_flag=True, help="List every document of the job.")
@click.option(
    "--state",
    type=click.Choice([each.value for each in DocumentState]),
    help="List the documents in this state.",
)
@click.option("--wait", is_flag=True, help="Wait until it has ended; exit like `ingest`.")
@every_flag
@json_flag
@server_flag
@settings_flags("data")
def command(
    job_id: str,
    documents: bool,
    state: str | None,
    wait: bool,
    every: bool,
    as_json: bool,
    server: str | None,
    config: str | None,
    data: str | None,
) -> int:
    """Show a job: its state, its counts, why documents failed.

    ID is a job's id, the first letters of it, or `last`.

    \b
    Examples:
      gristmill job last
      gristmill job 019ab0f2-8c1e-7f3a-9d55-1f2e3d4c5b6a --state failed --json
    """
    with open_backend(server, load({"data": data}, config)) as backend:
        job_id = named_job(backend, job_id)
        if wait:
            return _wait(backend, job_id, as_json, every)
        job = backend.job(job_id)
        if documents or state:
            _show_documents(backend, job_id, DocumentState(state) if state else None, as_json)
        elif as_json:
            print_json(job)
        else:
            _show(backend, job, every)
    return ExitCode.OK


def _wait(backend: Backend, job_id: str, as_json: bool, every: bool) -> ExitCode:
    began = time.monotonic()
    with progress_bar() as bar:
        jobs = follow(backend, [job_id], bar)
    outcome = collect(backend, jobs, seconds_of(jobs[0]) or time.monotonic() - began)
    return report(outcome, Shown(wait=True, as_json=as_json, every=every))


def _show_documents(
    backend: Backend, job_id: str, state: DocumentState | None, as_json: bool
) -> None:
    rows = ledger_rows(backend, job_id, state)
    if as_json:
        print_json({"items": list(rows), "next": None})
        return
    print_table(
        ("uri", "state", "chunks", "code", "reason", "warnings"),
        ((row.uri, row.state, row.chunks, row.code, row.message, _warnings(row)) for row in rows),
    )


def _warnings(row: LedgerRow) -> str:
    return "; ".join(map(warning_of, row.warnings))


def _show(backend: Backend, job: JobView, every: bool) -> None:
    seconds = seconds_of(job)
    print_pairs(
        [
            ("job", job.job_id),
            ("state", job.state),
            ("collection", job.collection),
            ("documents", tally(job.counts)),
            ("submitted", moment(job.submitted_at) + " UTC"),
            ("took", None if seconds is None else duration(seconds)),
            ("metadata", job.metadata),
            ("error", f"{job.error.code}: {job.error.message}" if job.error else None),
        ]
    )
    rows = ledger_rows(backend, job.job_id, DocumentState.FAILED) if job.counts.failed else ()
    print_failures([_reason(job, row) for row in rows], every=every)
    rows = ledger_rows(backend, job.job_id, DocumentState.SKIPPED) if job.counts.skipped else ()
    print_skipped([_reason(job, row) for row in rows], every=every)


def _reason(job: JobView, row: LedgerRow) -> Reason:
    return Reason(row.uri, row.code, row.message, job.job_id)
