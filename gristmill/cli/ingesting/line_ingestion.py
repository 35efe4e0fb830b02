"""`gristmill ingest --stdin`: a job a line, on the data folder or through a server."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import click
import msgspec

from gristmill.cli.backends import Backend
from gristmill.cli.configured.api_key import given_key
from gristmill.cli.ingesting.following import follow
from gristmill.cli.ingesting.ingestion import explained, note_who_goes_on
from gristmill.cli.ingesting.outcome import Reason, collect
from gristmill.cli.ingesting.outcome_page import Shown, print_failures, print_outcome
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.cli.terminal.output import print_encoded
from gristmill.cli.terminal.phrases import number_of
from gristmill.cli.terminal.progress_bar import progress_bar
from gristmill.cli.terminal.stop_flag import terminated_as_exception
from gristmill.cli.terminal.streams import input_was_closed
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.problems.errors import InvalidRequest, QueueFull
from gristmill.schemas.views import JobView
from gristmill.server.messages.batch_bounds import Bounds
from gristmill.server.messages.batch_lines import SLICE, accepted, results
from gristmill.server.messages.lines import Line, Result, slices

PATIENCE_S = 60.0
_PAUSE_S = 0.5
_FOLLOWED = (200, 202, 409)
"""Statuses that name a job of this very task: accepted, or accepted before."""
_UNAVAILABLE = 503
Submit = Callable[[Sequence[Line]], list[Result]]


def ingest_lines(server: str | None, settings: Settings, shown: Shown) -> ExitCode:
    """Submit each line of standard input, and watch the jobs to their end."""
    if input_was_closed():
        raise InvalidRequest("--stdin: standard input is closed; give it a file or a pipe")
    with terminated_as_exception():
        if server:
            from gristmill.cli.backends.remote import RemoteBackend

            remote = RemoteBackend(server, given_key())
            return _ingest(remote, remote.post_lines, settings, shown)
        return _on_folder(settings, shown)


def _on_folder(settings: Settings, shown: Shown) -> ExitCode:
    from gristmill.cli.backends.folder import FolderBackend
    from gristmill.pool.decoding import Decoding
    from gristmill.pool.handle import IngestionWorker

    with IngestionWorker(settings) as worker:
        decoding = Decoding(settings)
        submit = partial(
            results, submit_all=worker.enqueue_all, settings=settings, decoding=decoding
        )
        code = _ingest(
            FolderBackend(worker.stores, take_over=worker.take_over), submit, settings, shown
        )
        if not shown.wait and worker.owns_supervisor:
            note_who_goes_on(settings)
    return code


def _ingest(backend: Backend, submit: Submit, settings: Settings, shown: Shown) -> ExitCode:
    began = time.monotonic()
    found: list[Result] = []
    with explained("what was accepted goes on; the rest of the lines was not sent"):
        for result in _submitted(submit, settings):
            found.append(result)
            if shown.as_json and not shown.wait:
                print_encoded(result.data)
    refused = [_reason(result) for result in found if result.status not in _FOLLOWED]
    busy = any(result.status == _UNAVAILABLE for result in found)
    if not shown.wait:
        if not shown.as_json:
            click.echo(f"{number_of(len(found) - len(refused), 'line')} accepted")
            print_failures(refused, every=shown.every)
        code = ExitCode.DOCUMENTS_FAILED if refused else ExitCode.OK
        return ExitCode.UNAVAILABLE if busy else code
    job_ids = dict.fromkeys(r.job_id for r in found if r.job_id and r.status in _FOLLOWED)
    with progress_bar() as bar, explained("what was accepted goes on"):
        jobs = follow(backend, list(job_ids), bar)
    outcome = collect(backend, jobs, time.monotonic() - began, refused)
    if shown.as_json:
        _print_ended(found, {job.job_id: job for job in jobs})
    else:
        print_outcome(outcome, every=shown.every)
    return ExitCode.UNAVAILABLE if busy else outcome.exit_code


def _submitted(submit: Submit, settings: Settings) -> Iterator[Result]:
    # Unbuffered: a pipe that is filled slowly is worked on line by line.
    given = sys.stdin.fileno()
    # Not bound in their number: they come in requests of a slice each.
    bounds = Bounds()
    for lines in slices(partial(os.read, given), settings.max_line_bytes, SLICE):
        yield from bounds.results(lines, partial(_patiently, submit))
        if bounds.is_over:
            return


def _patiently(submit: Submit, lines: Sequence[Line]) -> list[Result]:
    """A full queue is waited for. Each line that it turns away is a failed job, so at first a
    single one asks whether there is room."""
    by_number = {result.line: result for result in submit(lines)}
    deadline = time.monotonic() + PATIENCE_S
    asking = 1
    while full := [line for line in lines if _is_full(by_number[line.number])]:
        if time.monotonic() > deadline:
            break
        time.sleep(_PAUSE_S if asking == 1 else 0)
        answers = submit(full[:asking])
        by_number.update((result.line, result) for result in answers)
        if any(map(_is_full, answers)):
            asking = 1
        else:
            asking *= 2
            deadline = time.monotonic() + PATIENCE_S
    return [by_number[line.number] for line in lines]


def _is_full(result: Result) -> bool:
    return result.status == _UNAVAILABLE and _problem(result).get("code") == QueueFull.code


def _reason(result: Result) -> Reason:
    problem = _problem(result)
    return Reason(f"line {result.line}", problem.get("code"), problem.get("detail"), result.job_id)


def _problem(result: Result) -> dict[str, Any]:
    problem: dict[str, Any] = msgspec.json.decode(result.data)
    return problem


def _print_ended(found: Sequence[Result], jobs: dict[str, JobView]) -> None:
    """A line for each, in their order: the job as it ended, or why there is none."""
    for result in found:
        job = jobs.get(result.job_id or "") if result.status in _FOLLOWED else None
        print_encoded(accepted(result.line, job).data if job else result.data)
