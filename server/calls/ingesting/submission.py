"""`submit`: one job from a JSON request, from uploaded files or from a raw body."""

from collections.abc import Callable

import falcon
import msgspec

from gristmill.pool.intake import Submission
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.problems.errors import UnsupportedContentType
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.tables.call import Body
from gristmill.server.calls.tables.submission_table import (
    BYTES,
    FORM,
    KEY,
    PUT_DOCUMENT,
    RAW,
    REQUEST,
    SUBMIT,
    URI,
)
from gristmill.server.job_views import job_view
from gristmill.server.messages import replies
from gristmill.server.messages.bodies import LimitedBody, body_of, media_type_of
from gristmill.server.messages.fields import NAME, UploadFields
from gristmill.server.messages.uploads import Uploads, receive_form, receive_named, receive_raw
from gristmill.server.paths import to_job
from gristmill.server.services import Services

OUTCOME = "gristmill.outcome"
"""Where the environment has what came of a submission that is decided already (`fast_lane`), or of
a look whether the service is ready (`readiness`): it, or the error."""
Receive = Callable[[falcon.Request, Uploads, LimitedBody], UploadFields]
_NEVER = ("application/x-www-form-urlencoded", "multipart/")


def _submit(services: Services, asked: Asked, resp: falcon.Response) -> None:
    """Accept a job: 202, or 200 where its Idempotency-Key names one that has ended."""
    key = asked[KEY]
    body = _body(asked)
    asked.check(body)
    if body is REQUEST:
        submission = _submit_json(services, asked, key)
    else:
        submission = _submit_uploads(
            services, asked, key, receive_form if body is FORM else receive_raw
        )
    _send(services, resp, submission)


def _put(services: Services, asked: Asked, resp: falcon.Response) -> None:
    """Accept a document of the caller's own uri: 202, or 200 as a submission."""
    asked.check(BYTES)
    uri = asked[URI]

    def receive(req: falcon.Request, uploads: Uploads, body: LimitedBody) -> UploadFields:
        return receive_named(req, uploads, body, uri)

    _send(services, resp, _submit_uploads(services, asked, asked[KEY], receive))


HANDLERS: Handlers = {SUBMIT: _submit, PUT_DOCUMENT: _put}


def _send(services: Services, resp: falcon.Response, submission: Submission) -> None:
    job = job_view(submission.manifest, root=services.settings.root_path)
    replies.send_job(resp, job)
    resp.set_header("Location", to_job(job.job_id))


def _submit_json(services: Services, asked: Asked, key: str | None) -> Submission:
    req = asked.req
    outcome = req.env.get(OUTCOME)
    if isinstance(outcome, BaseException):
        raise outcome
    if outcome is not None:
        decided: Submission = outcome
        return decided
    body = body_of(req, services.settings).read()
    task, texts = services.decoding.task(body)
    asked.caller.expect_collection(task.collection)
    return services.intake.submit(task, key=key, texts=texts, submitter=asked.submitter)


def _submit_uploads(
    services: Services, asked: Asked, key: str | None, receive: Receive
) -> Submission:
    req = asked.req
    with Uploads(services.spool, services.settings) as uploads:
        fields = receive(req, uploads, body_of(req, services.settings))
        asked.caller.expect_collection(fields.collection)
    # From here on the uploads belong to the intake, which drops them where it accepts no job.
    task = IngestionTask(sources=[], **msgspec.structs.asdict(fields))
    return services.intake.submit(
        task,
        key=key,
        uploads=uploads.stored,
        job_id=uploads.job_id,
        submitter=asked.submitter,
    )


def _body(asked: Asked) -> Body:
    """Which kind of body this is. Raises UnsupportedContentType."""
    media_type, is_named = media_type_of(asked.req), NAME.name in asked.req.params
    if media_type in FORM.media_types:
        return FORM
    if media_type in REQUEST.media_types and not is_named:
        return REQUEST
    if not media_type and is_named:
        return RAW
    if "/" not in media_type or media_type.startswith(_NEVER):
        given = f"the Content-Type {media_type!r}" if media_type else "a body without Content-Type"
        raise UnsupportedContentType(
            f"{asked.call.line} does not read {given}; send {REQUEST.media_types[0]}, "
            f"{FORM.media_types[0]}, or one document as it is with its own Content-Type and "
            f"?{NAME.name}="
        )
    return RAW
