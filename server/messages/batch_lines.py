"""From lines to results: what `POST /ingest/batch` and `gristmill ingest --stdin` do with each."""

from collections.abc import Callable, Sequence

from gristmill.pool.decoding import Decoding
from gristmill.pool.intake import NOBODY, Request, Submission, Submitter
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.request import KeyedTask
from gristmill.schemas.problems.errors import BodyTooLarge, GristmillError, Unavailable
from gristmill.schemas.views import JobView
from gristmill.server import problems
from gristmill.server.access.caller import EVERYBODY, Caller
from gristmill.server.job_views import job_view
from gristmill.server.messages import replies
from gristmill.server.messages.lines import Line, Result

SLICE = 256
"""Lines that are accepted together: enough to share the waits for the disk, few enough that their
keys are not held for long (see `Intake.submit_all`)."""
SubmitAll = Callable[[Sequence[Request]], Sequence[Submission | GristmillError]]


def results(
    lines: Sequence[Line],
    submit_all: SubmitAll,
    settings: Settings,
    decoding: Decoding,
    caller: Caller = EVERYBODY,
    submitter: Submitter = NOBODY,
) -> list[Result]:
    """The results of some lines, in their order."""
    decoded = [_request(line, settings, decoding, caller, submitter) for line in lines]
    outcomes = iter(submit_all([each for each in decoded if isinstance(each, Request)]))
    return [
        _result(line.number, next(outcomes) if isinstance(each, Request) else each, settings)
        for line, each in zip(lines, decoded, strict=True)
    ]


def refused(number: int, error: GristmillError) -> Result:
    """The result of a line that an error answers."""
    extra: dict[str, object] = {**error.extra, "line": number}
    if isinstance(error, Unavailable):
        extra["retry_after"] = error.retry_after
    status = problems.status_of(error)
    data = problems.document(status, error.code, error.message, extra)
    job_id = error.extra.get("job_id")
    return Result(number, status, None if job_id is None else str(job_id), data)


def _request(
    line: Line, settings: Settings, decoding: Decoding, caller: Caller, submitter: Submitter
) -> Request | GristmillError:
    if line.data is None:
        return BodyTooLarge(
            f"the line is over the limit of {settings.max_line_bytes} bytes (max_line_bytes)"
        )
    try:
        task, texts = decoding.line(line.data)
        caller.expect_collection(task.collection)
    except GristmillError as error:
        return error
    key = task.idempotency_key if isinstance(task, KeyedTask) else None
    return Request(task, key, submitter=submitter, texts=texts)


def _result(number: int, outcome: Submission | GristmillError, settings: Settings) -> Result:
    if isinstance(outcome, GristmillError):
        return refused(number, outcome)
    return accepted(number, job_view(outcome.manifest, root=settings.root_path))


def accepted(number: int, job: JobView) -> Result:
    """The result of a line that has a job: as a look at the job would be answered."""
    status = 200 if job.state.terminal else 202
    # In front of the job's own members: they are the object's first two.
    data = b'{"status":%d,"line":%d,' % (status, number) + replies.encode(job)[1:]
    return Result(number, status, job.job_id, data)
