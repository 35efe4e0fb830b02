"""What Falcon does with an exception: answer a problem document, never a traceback."""

import errno
import logging
import secrets
from typing import Any

import falcon

from gristmill.schemas.problems.errors import GristmillError, StorageFailed, StorageFull
from gristmill.schemas.problems.library_errors import LibraryDamaged, LibraryFault, LibraryTrouble
from gristmill.schemas.problems.overload import TooExpensive
from gristmill.server import problems

logger = logging.getLogger(__name__)

_FULL = {errno.ENOSPC, errno.EDQUOT}
_STORAGE = _FULL | {errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE}
_OPENAI = "/v1/vector_stores"
"""Below it only calls of OpenAI's protocol are."""
_NO_SPACE = "the disk of the data folder is full; free some space and try again"
_DETAILS = {
    404: "there is nothing at {path}; GET / lists the calls",
    405: "{method} is not a method of {path}; the Allow header names those that are",
}


def register(app: "falcon.App[Any, Any]") -> None:
    """Make `app` answer every failure with a problem document."""
    app.add_error_handler(Exception, _unexpected)
    app.add_error_handler(OSError, _disk)
    app.add_error_handler(LibraryTrouble, _library)
    app.add_error_handler(falcon.HTTPError, _protocol)
    app.add_error_handler(GristmillError, _ours)


def _ours(req: falcon.Request, resp: falcon.Response, error: GristmillError, _: object) -> None:
    status = problems.status_of(error)
    if status == 500:
        logger.error("%s: %s", error.code, error.message, extra=_about(req))
    _send(req, resp, status, error.code, problems.document_of(error), problems.headers_of(error))


def _protocol(
    req: falcon.Request, resp: falcon.Response, error: falcon.HTTPError, _: object
) -> None:
    status = falcon.http_status_to_code(error.status)
    detail = _DETAILS.get(status, "{text}").format(
        path=req.path, method=req.method, text=error.description or error.title
    )
    code = problems.protocol_code(status)
    body = problems.document(status, code, detail)
    _send(req, resp, status, code, body, dict(error.headers or {}))


def _library(
    req: falcon.Request, resp: falcon.Response, error: LibraryTrouble, params: object
) -> None:
    if isinstance(error, LibraryDamaged):
        # Noted once, and told by the supervisor: each read that meets it is no news.
        _ours(req, resp, error, None)
        return
    if error.fault is LibraryFault.OTHER:
        _unexpected(req, resp, error, params)
        return
    if error.fault is LibraryFault.TOO_LONG:
        logger.warning("library: %s", error.reason, extra=_about(req))
        _ours(req, resp, TooExpensive(f"{error.reason}; ask for less, or try again later"), None)
        return
    logger.error("library: %s", error.reason, extra=_about(req))
    if error.fault is LibraryFault.FULL:
        _ours(req, resp, StorageFull(_NO_SPACE), None)
    else:
        _ours(req, resp, StorageFailed(error.message), None)


def _disk(req: falcon.Request, resp: falcon.Response, error: OSError, params: object) -> None:
    if error.errno not in _STORAGE:
        _unexpected(req, resp, error, params)
        return
    logger.error("%s", error, extra=_about(req))
    if error.errno in _FULL:
        _ours(req, resp, StorageFull(_NO_SPACE), None)
    else:
        reason = error.strerror or "input/output error"
        _ours(req, resp, StorageFailed(f"the data folder could not be used: {reason}"), None)


def _unexpected(req: falcon.Request, resp: falcon.Response, error: Exception, _: object) -> None:
    incident = secrets.token_hex(4)
    logger.error("incident %s", incident, exc_info=error, extra=_about(req))
    detail = f"something went wrong on our side; the log of the server has it as {incident}"
    body = problems.document(500, "internal", detail, {"incident": incident})
    _send(req, resp, 500, "internal", body, {})


def _send(
    req: falcon.Request,
    resp: falcon.Response,
    status: int,
    code: str,
    body: bytes,
    headers: dict[str, str],
) -> None:
    resp.context.problem = code
    resp.status = status
    resp.content_type = problems.MEDIA_TYPE
    # A failure may come after the answer was begun: nothing of it may be left.
    resp.text = resp.media = resp.stream = None
    if req.path.startswith(_OPENAI):
        body = problems.with_openai_error(body)
    trail = getattr(req.context, "trail", None)
    resp.data = body if trail is None else problems.with_request_id(body, trail.request_id)
    resp.set_headers(headers)


def _about(req: falcon.Request) -> dict[str, Any]:
    """Which request a line of the log is about."""
    trail = getattr(req.context, "trail", None)
    fields = {
        "method": req.method,
        "path": req.path,
        "request_id": None if trail is None else trail.request_id,
    }
    return {"fields": fields}
