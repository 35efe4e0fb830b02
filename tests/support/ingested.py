"""Libraries with documents that were really ingested, and no process started for it."""

from pathlib import Path

from support.server_fakes import FakeClient

from gristmill.pool.intake import Intake
from gristmill.pool.process_job import process_job
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.jobs.sources import PathSource, TextSource
from gristmill.storage.stores import Stores


def ingested(data: Path, *sources: Path | TextSource, **more: object) -> Manifest:
    """Ingest files, folders and texts into a data folder, here and now; returns the ended job.
    `gristmill ingest` costs a supervisor, a forkserver and workers, which tests of what comes
    afterwards do not need."""
    settings = Settings(data=str(data), workers=1)
    stores = Stores.open(data)
    intake = Intake(stores, settings, FakeClient(stores.folder))
    named = [PathSource(path=str(each)) if isinstance(each, Path) else each for each in sources]
    task = IngestionTask(sources=named, **more)  # type: ignore[arg-type]
    return process_job(intake.submit(task, trusted=True).manifest.job_id, settings)


def with_a_note(folder: Path) -> Path:
    """A data folder inside of `folder`, with one document about a dusty miller."""
    note = folder / "note.txt"
    note.write_text("A dusty miller.")
    assert ingested(folder / "data", note).counts.succeeded == 1
    return folder / "data"
