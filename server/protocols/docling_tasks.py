"""docling-serve's tasks: jobs that are looked at again until they have ended."""

import falcon

from gristmill.schemas.drop_in.docling import (
    ConversionStatus,
    PublicFailure,
    TaskFailureResult,
    TaskStatus,
)
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import JobNotFound
from gristmill.schemas.problems.protocol_errors import DocumentUnreadable
from gristmill.server.calls.asked import Asked
from gristmill.server.calls.bounds import no_job
from gristmill.server.calls.tables.job_table import WAIT
from gristmill.server.messages import replies
from gristmill.server.protocols.docling_answers import converted
from gristmill.server.protocols.forms import handed_by_form
from gristmill.server.protocols.handing_in import DROP_IN, hand_in
from gristmill.server.protocols.tables import docling_table as table
from gristmill.server.services import Services

STATUS = {
    JobState.QUEUED: ConversionStatus.PENDING,
    JobState.RUNNING: ConversionStatus.STARTED,
    JobState.SUCCEEDED: ConversionStatus.SUCCESS,
    JobState.PARTIAL: ConversionStatus.PARTIAL_SUCCESS,
    JobState.FAILED: ConversionStatus.FAILURE,
    JobState.CANCELLED: ConversionStatus.SKIPPED,
}


def submit(services: Services, asked: Asked, resp: falcon.Response) -> None:
    """Answer a task as soon as it is accepted."""
    job_id = hand_in(services, asked, "docling", handed_by_form(services, asked))
    resp.set_header("Location", f"/ingest/{job_id}")
    replies.send(resp, _status(services.manifest(job_id)))


def poll(services: Services, asked: Asked, resp: falcon.Response) -> None:
    """Answer what has become of a task. Raises JobNotFound."""
    job_id = _task(services, asked).job_id
    ended = services.manifests.is_ended
    seconds = min(asked[WAIT], services.settings.long_poll_max_s)
    services.waiting.wait(lambda: ended(job_id), bool, seconds)
    replies.send(resp, _status(services.manifest(job_id)))


def result(services: Services, asked: Asked, resp: falcon.Response) -> None:
    """Answer what a task has made. Raises JobNotFound, also while it has not ended."""
    manifest = _task(services, asked)
    if not manifest.state.terminal:
        raise JobNotFound(f"the task {manifest.job_id} has no result yet; wait until it has ended")
    began = manifest.started_at or manifest.submitted_at
    seconds = ((manifest.finished_at or began) - began).total_seconds()
    try:
        replies.send(resp, converted(services, manifest.job_id, seconds))
    except DocumentUnreadable as error:
        replies.send(resp, TaskFailureResult(failure=PublicFailure(message=error.message)))


def _task(services: Services, asked: Asked) -> Manifest:
    """The job of a task. One that did not come by a protocol is none: reading it takes another
    scope."""
    manifest = services.manifest(asked[table.TASK])
    known = manifest.collection == services.settings.drop_in_collection
    if not known or DROP_IN not in manifest.metadata:
        raise no_job(manifest.job_id)
    return manifest


def _status(manifest: Manifest) -> TaskStatus:
    error = manifest.error
    return TaskStatus(
        task_id=manifest.job_id,
        task_status=STATUS[manifest.state],
        error_message=None if error is None else error.message,
    )
