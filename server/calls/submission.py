"""`POST /ingest`: one job from a JSON request, from uploaded files or from a raw body."""

import falcon
import msgspec

from gristmill.pool.intake import Submission
from gristmill.schemas.errors import InvalidRequest, UnsupportedContentType
from gristmill.schemas.request import MAX_KEY_CHARS, IngestionTask
from gristmill.schemas.views import job_view
from gristmill.server.messages import parameters, replies
from gristmill.server.messages.bodies import body_of
from gristmill.server.messages.fields import QUERY_FIELDS
from gristmill.server.messages.requests import decode_task
from gristmill.server.messages.uploads import Uploads, receive_form, receive_raw
from gristmill.server.services import Services

OUTCOME = "gristmill.outcome"
"""Where the environment has what came of a submission that is decided already (`fast_lane`): it, or
the error."""
_JSON = "application/json"
_FORM = "multipart/form-data"
_NEVER = ("application/x-www-form-urlencoded", "multipart/")


def submit(services: Services, req: falcon.Request, resp: falcon.Response) -> None:
    """Accept a job: 202, or 200 where its Idempotency-Key names one that has ended."""
    key = _key(req)
    media_type = _media_type(req)
    if media_type == _JSON and "name" not in req.params:
        submission = _submit_json(services, req, key)
    else:
        submission = _submit_uploads(services, req, media_type, key)
    job = job_view(submission.manifest)
    replies.send_job(resp, job)
    resp.set_header("Location", f"/ingest/{job.job_id}")


def _submit_json(services: Services, req: falcon.Request, key: str | None) -> Submission:
    parameters.check(req)
    outcome = req.env.get(OUTCOME)
    if isinstance(outcome, BaseException):
        raise outcome
    if outcome is not None:
        decided: Submission = outcome
        return decided
    body = body_of(req, services.settings.max_body_bytes).read()
    return services.intake.submit(decode_task(body, services.settings), key=key)


def _submit_uploads(
    services: Services, req: falcon.Request, media_type: str, key: str | None
) -> Submission:
    form = media_type == _FORM
    parameters.check(req, *QUERY_FIELDS, *(() if form else ("name",)))
    receive = receive_form if form else receive_raw
    with Uploads(services.spool, services.settings) as uploads:
        fields = receive(req, uploads, body_of(req, services.settings.max_body_bytes))
    # From here on the uploads belong to the intake, which drops them where it accepts no job.
    task = IngestionTask(sources=[], **msgspec.structs.asdict(fields))
    return services.intake.submit(task, key=key, uploads=uploads.stored, job_id=uploads.job_id)


def _media_type(req: falcon.Request) -> str:
    """The body's media type, without parameters. Raises UnsupportedContentType."""
    coding = req.get_header("Content-Encoding")
    if coding not in (None, "identity"):
        raise UnsupportedContentType(f"a body with Content-Encoding {coding!r} is not read")
    media_type = (req.content_type or "").partition(";")[0].strip().lower()
    if media_type == _FORM or (not media_type and "name" in req.params):
        return media_type
    if "/" not in media_type or media_type.startswith(_NEVER):
        given = f"the Content-Type {media_type!r}" if media_type else "a body without Content-Type"
        raise UnsupportedContentType(
            f"POST /ingest does not read {given}; send {_JSON}, {_FORM}, or one document as it is "
            "with its own Content-Type and ?name="
        )
    return media_type


def _key(req: falcon.Request) -> str | None:
    key = req.get_header("Idempotency-Key")
    if key is None:
        return None
    if not is_key(key):
        raise InvalidRequest(
            f"Idempotency-Key must be 1 to {MAX_KEY_CHARS} visible ASCII characters without blanks"
        )
    return key


def is_key(text: str) -> bool:
    """Whether a text may be an Idempotency-Key."""
    return 1 <= len(text) <= MAX_KEY_CHARS and all("!" <= char <= "~" for char in text)
