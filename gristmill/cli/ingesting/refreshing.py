"""A collection is read again, watched to the end."""

import time

from gristmill.cli.backends import Backend
from gristmill.cli.configured.api_key import given_key
from gristmill.cli.ingesting.following import follow
from gristmill.cli.ingesting.ingestion import explained, note_who_goes_on
from gristmill.cli.ingesting.outcome import collect
from gristmill.cli.ingesting.outcome_page import Shown, report
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.cli.terminal.output import print_json, print_table
from gristmill.cli.terminal.progress_bar import progress_bar
from gristmill.schemas.configuration.settings import Settings


def refresh(
    collection: str,
    server: str | None,
    settings: Settings,
    shown: Shown,
) -> ExitCode:
    """Through `server`, or on the data folder where none is named."""
    if server:
        from gristmill.cli.backends.remote import RemoteBackend

        remote = RemoteBackend(server, given_key())
        return _watched(remote, remote.refresh(collection).job_id, shown)
    return _on_folder(collection, settings, shown)


def _on_folder(collection: str, settings: Settings, shown: Shown) -> ExitCode:
    from gristmill.cli.backends.folder import FolderBackend
    from gristmill.cli.configured.data_folder import existing_folder
    from gristmill.pool.handle import IngestionWorker

    # Before a supervisor is started for nothing.
    existing_folder(settings)
    with IngestionWorker(settings) as worker:
        job_id = worker.refresh(collection).job_id
        if not shown.wait and worker.owns_supervisor:
            note_who_goes_on(settings)
        return _watched(FolderBackend(worker.stores, take_over=worker.take_over), job_id, shown)


def _watched(backend: Backend, job_id: str, shown: Shown) -> ExitCode:
    if not shown.wait:
        job = backend.job(job_id)
        if shown.as_json:
            print_json(job)
        else:
            print_table(("job", "state"), [(job.job_id, job.state)])
        return ExitCode.OK
    began = time.monotonic()
    with explained(f"it goes on; `gristmill job {job_id}` shows it"), progress_bar() as bar:
        jobs = follow(backend, [job_id], bar)
    return report(collect(backend, jobs, time.monotonic() - began), shown)
