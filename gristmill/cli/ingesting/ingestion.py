"""The two ways of `gristmill ingest`: on the data folder, and through a server."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from gristmill.cli.backends import Backend
from gristmill.cli.configured.api_key import given_key
from gristmill.cli.ingesting.finding import expect_files
from gristmill.cli.ingesting.following import follow
from gristmill.cli.ingesting.outcome import Reason, collect
from gristmill.cli.ingesting.outcome_page import Shown, print_failures, report
from gristmill.cli.ingesting.piped import Piped
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.cli.terminal.failures import Terminated
from gristmill.cli.terminal.output import note, print_json, print_table
from gristmill.cli.terminal.progress_bar import progress_bar
from gristmill.cli.terminal.stop_flag import terminated_as_exception
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.problems.errors import Draining, DuplicateJob, InvalidRequest, SupervisorAway
from gristmill.schemas.urls import is_url, source_url
from gristmill.schemas.views import JobView

if TYPE_CHECKING:
    from gristmill.pool.handle import IngestionWorker


class IngestionRequest(NamedTuple):
    """What the command line asks for."""

    paths: Sequence[str]
    collection: str
    key: str | None
    options: Mapping[str, object]
    shown: Shown
    metadata: Mapping[str, object] = {}
    piped: Piped | None = None


def ingest(request: IngestionRequest, server: str | None, settings: Settings) -> ExitCode:
    """Ingest through `server`, or on the data folder where none is named."""
    task = _task(request)
    with terminated_as_exception():
        if server:
            return _through_server(request, task.options, server)
        return _on_folder(request, task, settings)


def _on_folder(request: IngestionRequest, task: IngestionTask, settings: Settings) -> ExitCode:
    from gristmill.pool.handle import IngestionWorker

    began = time.monotonic()
    # Before a supervisor is started for nothing.
    expect_files(request.paths)
    with IngestionWorker(settings) as worker:
        job_id = enqueue(worker, task, request.key, request.piped)
        # The workers start meanwhile.
        from gristmill.cli.backends.folder import FolderBackend

        backend = FolderBackend(worker.stores, worker.settings, worker.take_over)
        if not request.shown.wait:
            if worker.owns_supervisor:
                note_who_goes_on(settings)
            return _report_submitted(backend, [job_id], (), request.shown)
        again = "it goes on where it was when the same command is run again"
        with explained(f"{again}; {look(job_id, settings)} shows it"):
            jobs = _watch(backend, job_id, worker)
        # The ledger is read, and the supervisor gone, before a word is printed: a reader of ours
        # that goes away costs nothing.
        outcome = collect(backend, jobs, time.monotonic() - began)
    return report(outcome, request.shown)


def _watch(backend: Backend, job_id: str, worker: "IngestionWorker") -> list[JobView]:
    try:
        with progress_bar() as bar:
            return follow(backend, [job_id], bar)
    except (KeyboardInterrupt, Terminated):
        if worker.owns_supervisor:
            note("stopping: documents that are being worked on get to end")
        raise


def _through_server(request: IngestionRequest, options: GivenOptions, server: str) -> ExitCode:
    from gristmill.cli.backends.remote import RemoteBackend
    from gristmill.cli.ingesting.uploading import Fields, find_uploads, send_all, send_urls

    began, piped = time.monotonic(), request.piped
    urls = [source_url(each) for each in request.paths if is_url(each)]
    uploads = find_uploads([each for each in request.paths if not is_url(each)])
    uploads += [] if piped is None else [piped.upload()]
    fields = Fields(request.collection, options, request.metadata)
    backend = RemoteBackend(server, given_key())
    with progress_bar() as bar:
        with explained("what was sent goes on; run the same command again to send the rest"):
            linked = send_urls(backend, urls, fields, request.key)
            sent = send_all(backend, uploads, fields, request.key, bar)
            sent = sent._replace(job_ids=[*linked, *sent.job_ids])
        if request.shown.wait:
            first = f"; `gristmill job {sent.job_ids[0]}` shows it" if sent.job_ids else ""
            with explained(f"the server goes on{first}"):
                jobs = follow(backend, sent.job_ids, bar, len(uploads) + len(urls))
    if not request.shown.wait:
        return _report_submitted(backend, sent.job_ids, sent.refused, request.shown)
    outcome = collect(backend, jobs, time.monotonic() - began, sent.refused)
    return report(outcome, request.shown)


def _task(request: IngestionRequest) -> IngestionTask:
    """The task, checked like a request over HTTP. Raises InvalidRequest."""
    sources = [_source(each) for each in request.paths]
    if request.piped is not None:
        # It goes as a file, whose bytes may be any: of its source only the name is looked at.
        sources = [{"type": "text", "text": "", "name": request.piped.name}]
    try:
        task = msgspec.convert(
            {
                "sources": sources,
                "collection": request.collection,
                "options": request.options,
                "metadata": request.metadata,
            },
            IngestionTask,
        )
        msgspec.json.encode(task)
    except msgspec.ValidationError as error:
        raise InvalidRequest(f"the request is not valid: {error}") from None
    except UnicodeEncodeError:
        raise InvalidRequest("a path is not valid UTF-8; name the folder it is in") from None
    return task


def _source(given: str) -> dict[str, str]:
    if is_url(given):
        return {"type": "url", "url": source_url(given)}
    return {"type": "path", "path": str(Path(given).absolute())}


def note_who_goes_on(settings: Settings) -> None:
    """Said where the supervisor that would do the work ends with this command."""
    note(f"it goes on when a service runs on {settings.data}, such as `gristmill serve`")


def look(job_id: str, settings: Settings) -> str:
    """The command that shows the job."""
    elsewhere = "" if settings.data == Settings().data else f" --data {settings.data}"
    return f"`gristmill job {job_id}{elsewhere}`"


def enqueue(
    worker: "IngestionWorker", task: IngestionTask, key: str | None, piped: Piped | None = None
) -> str:
    """Submit the task, or what was `piped` as its one document, or find the job that an interrupted
    run of the same command left."""

    def submit() -> str:
        if piped is None:
            return worker.enqueue(task, key=key, trusted=True).job_id
        fields = {"collection": task.collection, "options": task.options, "metadata": task.metadata}
        return worker.upload((piped.name, piped.data), key=key, **fields).job_id

    try:
        try:
            return submit()
        except (Draining, SupervisorAway):
            # It was another command's, which ends.
            if not worker.take_over():
                raise
            return submit()
    except DuplicateJob as duplicate:
        job_id = str(duplicate.extra["job_id"])
        note(f"this is pending already: going on with job {job_id}")
        return job_id


@contextmanager
def explained(comfort: str) -> Iterator[None]:
    """An interruption from within says what becomes of the work."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"interrupted; {comfort}") from None
    except Terminated:
        raise Terminated(f"terminated; {comfort}") from None


def _report_submitted(
    backend: Backend, job_ids: Sequence[str], refused: Sequence[Reason], shown: Shown
) -> ExitCode:
    jobs = [backend.job(job_id) for job_id in job_ids]
    if shown.as_json:
        print_json({"jobs": jobs, "failures": refused})
    else:
        print_table(("job", "state"), [(job.job_id, job.state) for job in jobs])
        print_failures(refused, every=shown.every)
    return ExitCode.DOCUMENTS_FAILED if refused else ExitCode.OK
