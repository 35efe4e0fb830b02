"""Jobs that are submitted once, however often they have to be sent."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from gristmill.client.asks import Ask
from gristmill.client.calls import job_calls, submission_calls
from gristmill.client.connection import Connection
from gristmill.client.flows.asking import answered
from gristmill.client.steps import Flow
from gristmill.client.uploads import UploadBody
from gristmill.schemas.jobs.checking import checked_task
from gristmill.schemas.jobs.given_uploads import Given, upload_of
from gristmill.schemas.jobs.options import GivenOptions, Options
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.problems.errors import DuplicateJob, InvalidRequest
from gristmill.schemas.views import JobView


def new_key() -> str:
    """An idempotency key that nobody has used."""
    return uuid.uuid4().hex


def told_whole(task: IngestionTask) -> IngestionTask:
    """A task whose options say what they are: of whole ones JSON leaves out the defaults, which are
    not those of every collection."""
    if not isinstance(task.options, Options):
        return task
    options = GivenOptions(**msgspec.structs.asdict(task.options))
    return msgspec.structs.replace(task, options=options)


def submitted(
    task: IngestionTask | Mapping[str, Any], key: str | None, to: Connection
) -> Flow[JobView]:
    """The job of a task."""
    ask = submission_calls.submit(told_whole(checked_task(task)), idempotency_key=key or new_key())
    return (yield from _once(ask, to))


def uploaded(
    files: Iterable[Given],
    fields: Mapping[str, object],
    key: str | None,
    to: Connection,
) -> Flow[JobView]:
    """The one job of some files."""
    uploads = [upload_of(each) for each in files]
    if not uploads:
        raise InvalidRequest("name at least one file to upload")
    given = {name: value for name, value in fields.items() if value is not None}
    ask = submission_calls.submit({}, idempotency_key=key or new_key())
    return (yield from _once(ask.sending(UploadBody(uploads, given)), to))


def _once(ask: Ask[JobView], to: Connection) -> Flow[JobView]:
    try:
        return (yield from answered(ask, to))
    except DuplicateJob as pending:
        # It has the key: an answer was lost, or somebody has sent the same before.
        job_id = str(pending.extra["job_id"])
    return (yield from answered(job_calls.job(job_id), to))
