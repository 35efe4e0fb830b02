"""Every failure as a problem document (RFC 9457), and the one table from error to status."""

from collections.abc import Mapping
from typing import Any

import msgspec

from gristmill.schemas.problems import (
    access_errors,
    bulk_errors,
    collection_errors,
    content_errors,
    errors,
    mirror_errors,
    protocol_errors,
)
from gristmill.schemas.problems.batch_errors import BatchTooLong, TooManyBadLines
from gristmill.schemas.problems.vector_errors import ModeUnavailable
from gristmill.server.paths import to_job

MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[errors.GristmillError], int] = {
    errors.InvalidRequest: 400,
    errors.UnsupportedOption: 400,
    errors.TooManySources: 400,
    access_errors.Unauthorized: 401,
    access_errors.HostNotAllowed: 403,
    access_errors.CrossOrigin: 403,
    access_errors.Forbidden: 403,
    TooManyBadLines: 400,
    errors.PathForbidden: 403,
    errors.UrlsDisabled: 403,
    access_errors.KeyNotFound: 404,
    access_errors.KeyExists: 409,
    errors.JobNotFound: 404,
    errors.DocumentNotFound: 404,
    errors.ChunkNotFound: 404,
    collection_errors.UnknownCollection: 404,
    collection_errors.CollectionExists: 409,
    collection_errors.CollectionBusy: 409,
    collection_errors.ConfirmationNeeded: 409,
    mirror_errors.MirrorNotFound: 404,
    mirror_errors.MirrorExists: 409,
    bulk_errors.BulkNotFound: 404,
    bulk_errors.BulkNotConfirmed: 409,
    bulk_errors.BulkEnded: 409,
    content_errors.TableNotFound: 404,
    content_errors.PageNotFound: 404,
    content_errors.NoStructure: 409,
    content_errors.OriginalNotKept: 409,
    ModeUnavailable: 409,
    errors.DuplicateJob: 409,
    errors.IllegalTransition: 409,
    errors.BodyTooLarge: 413,
    errors.TextTooLarge: 413,
    BatchTooLong: 413,
    errors.UnsupportedContentType: 415,
    content_errors.NoPageImages: 415,
    content_errors.PageNotRendered: 422,
    protocol_errors.DocumentUnreadable: 422,
    protocol_errors.AnswerTooLarge: 422,
    protocol_errors.TargetUnavailable: 422,
    errors.KeyConflict: 422,
    errors.PathNotShared: 422,
    errors.PathNotFound: 422,
    errors.PathEmpty: 422,
    access_errors.TooManyRequests: 429,
    errors.Unavailable: 503,
    protocol_errors.ConversionTimedOut: 504,
}
"""Status by error class. A subclass without a row takes its parent's; without any, 500."""

PROTOCOL_CODES: dict[int, str] = {
    400: "invalid_request",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "body_too_large",
    415: "unsupported_content_type",
    431: "headers_too_large",
    501: "not_implemented",
}
"""Codes of what HTTP itself refuses, before any call of ours is reached."""

_encode = msgspec.json.Encoder(enc_hook=str).encode


def status_of(error: errors.GristmillError) -> int:
    """The HTTP status that answers `error`."""
    return status_of_class(type(error))


def status_of_class(kind: type[errors.GristmillError]) -> int:
    """The HTTP status that answers errors of a class."""
    return next((STATUS[each] for each in kind.__mro__ if each in STATUS), 500)


def protocol_code(status: int) -> str:
    """The problem code of an HTTP status that no error of ours stands behind."""
    return PROTOCOL_CODES.get(status, "invalid_request" if status < 500 else "internal")


def document(status: int, code: str, detail: str, extra: Mapping[str, Any] | None = None) -> bytes:
    """A problem document as JSON. `extra` adds members and never replaces the fixed ones."""
    fixed: dict[str, Any] = {
        "type": f"urn:gristmill:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "code": code,
        "detail": detail,
    }
    return _encode(fixed | {k: v for k, v in (extra or {}).items() if k not in fixed})


def document_of(error: errors.GristmillError) -> bytes:
    """The problem document of an error of ours."""
    return document(status_of(error), error.code, error.message, error.extra)


def with_request_id(problem: bytes, request_id: str) -> bytes:
    """A problem document that names the request. An id has nothing in it that JSON escapes."""
    return problem[:-1] + f',"request_id":"{request_id}"}}'.encode()


def with_openai_error(problem: bytes) -> bytes:
    """A problem document that clients of OpenAI read as well: they look into `error`."""
    said = msgspec.json.decode(problem)
    kind = "invalid_request_error" if said["status"] < 500 else "server_error"
    error = {"message": said["detail"], "type": kind, "param": said.get("param")}
    return _encode(said | {"error": error | {"code": said["code"]}})


def headers_of(error: errors.GristmillError) -> dict[str, str]:
    """`Retry-After` where a later try may help, `Location` where the error names a job."""
    headers = {}
    if isinstance(error, errors.Unavailable):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, access_errors.Unauthorized):
        headers["WWW-Authenticate"] = 'Bearer realm="gristmill"'
    if job_id := error.extra.get("job_id"):
        headers["Location"] = to_job(str(job_id))
    return headers
