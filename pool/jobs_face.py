"""What a program may ask of jobs: to submit them, to upload their documents, to wait for them."""

import io
import os
import time
from contextlib import ExitStack
from typing import Any, BinaryIO

from gristmill.pool.client import PoolClient
from gristmill.pool.intake import new_job_id
from gristmill.pool.intake.intake import Intake
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.ids import claim_of, is_job_id
from gristmill.schemas.jobs.checking import checked_task
from gristmill.schemas.jobs.given_uploads import Given, Upload, upload_of
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.problems.errors import (
    InvalidRequest,
    JobNotFound,
    PathNotFound,
    SupervisorAway,
)
from gristmill.schemas.problems.waiting import StillPending
from gristmill.storage.stores import Stores

_WAIT_S = 3600.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.005, 0.2
_LOOK_S = 2.0
"""So often it is asked whether anybody works at all."""


class JobsFace:
    """A part of `IngestionWorker`."""

    stores: Stores
    client: PoolClient
    settings: Settings
    _intake: Intake

    def upload(self, *files: Given, key: str | None = None, **fields: Any) -> Manifest:
        """Copy files into the data folder and accept them as one job. Each is a path, an open file
        (which is read from its beginning), or a name with one of these or with bytes:
        `("a.txt", b"...")`; the name, else the path, is its uri. `fields` are those of
        IngestionTask, without its sources. Raises InvalidRequest, PathNotFound, BodyTooLarge over
        `max_document_bytes`, and what `enqueue` does."""
        uploads = [upload_of(each) for each in files]
        if not uploads:
            raise InvalidRequest("name at least one file to upload")
        if "sources" in fields:
            raise InvalidRequest("an upload has no sources: its files are")
        task, job_id = checked_task({"sources": [], **fields}), new_job_id()
        with self.stores.spool.storing(claim_of(job_id)) as spooling, ExitStack() as until:
            for each in uploads:
                stream = _opened(each, until)
                limit = self.settings.max_document_bytes
                spooling.add(stream, limit, uri=each.name, media_type=None)
        # From here on they belong to the intake, which drops them where it accepts no job.
        return self._intake.submit(task, key=key, uploads=spooling.stored, job_id=job_id).manifest

    def wait(self, job: str | Manifest, *, timeout_s: float = _WAIT_S) -> Manifest:
        """The job once it has ended. Raises StillPending, which is a TimeoutError, after
        `timeout_s` seconds, JobNotFound, and SupervisorAway where nobody works on it."""
        job_id = job.job_id if isinstance(job, Manifest) else job
        if not isinstance(job_id, str) or not is_job_id(job_id):
            raise InvalidRequest(f"{job_id!r} is no job id, such as `enqueue(...).job_id`")
        began = looked = time.monotonic()
        pause = _FIRST_PAUSE_S
        while not (found := self._found(job_id)).state.terminal:
            now = time.monotonic()
            if now - looked > _LOOK_S:
                looked = now
                if not self.client.alive():
                    raise SupervisorAway(f"nobody works on job {job_id}; it is {found.state}")
            if now - began >= timeout_s:
                raise StillPending(
                    f"job {job_id} is {found.state} after {timeout_s:g} s", job_id=job_id
                )
            time.sleep(min(pause, max(0.0, began + timeout_s - now)))
            pause = min(pause * 1.5, _LONGEST_PAUSE_S)
        return found

    def _found(self, job_id: str) -> Manifest:
        found = self.stores.manifests.read(job_id)
        if found is None:
            raise JobNotFound(f"there is no job {job_id} in {self.stores.folder.root}")
        return found


def _opened(upload: Upload, until: ExitStack) -> BinaryIO:
    content = upload.content
    if isinstance(content, bytes):
        return io.BytesIO(content)
    if not isinstance(content, str | os.PathLike):
        if content.seekable():
            content.seek(0)
        return content
    try:
        return until.enter_context(open(content, "rb"))
    except OSError as error:
        raise PathNotFound(f"{upload.name} cannot be read: {error.strerror}") from None
