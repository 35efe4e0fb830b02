"""Ties what happens to a request: its id and its trace, in the answer and in the log."""

import logging
import time
from collections.abc import Mapping
from typing import Any

import falcon

from gristmill.schemas.telemetry.trails import Trail, trail_of
from gristmill.server import paths
from gristmill.server.access.audit import key_of

HEADER = "X-Request-ID"
TRAIL = "gristmill.trail"
"""Where the environment has it, once it is known (`fast_lane`)."""
_JOB = paths.to_job("")
_log = logging.getLogger(__name__)


def trail_of_headers(headers: Mapping[str, Any]) -> Trail:
    """From headers by their names in capitals with `_`, as waitress has them."""
    return trail_of(headers.get("X_REQUEST_ID"), headers.get("TRACEPARENT"))


class Following:
    """Falcon's middleware: from it on a request's context has its `trail`."""

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        env = req.env
        trail = env.get(TRAIL)
        if trail is None:
            trail = trail_of(env.get("HTTP_X_REQUEST_ID"), env.get("HTTP_TRACEPARENT"))
        req.context.trail = trail

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, resource: object, succeeded: bool
    ) -> None:
        trail: Trail = req.context.trail
        resp.set_header(HEADER, trail.request_id)
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug("request answered", extra={"fields": _told(req, resp, trail)})


def _told(req: falcon.Request, resp: falcon.Response, trail: Trail) -> dict[str, Any]:
    """What the log says of a request: never its query, and no path that is none of ours."""
    fields: dict[str, str] = getattr(req.context, "fields", {})
    return {
        "method": req.method,
        "call": getattr(req.context, "call", None),
        "status": resp.status_code,
        "problem": getattr(resp.context, "problem", None),
        "ms": round(1000 * (time.monotonic() - req.context.begun), 1),
        "job": fields.get("job_id") or _job_at(resp.get_header("Location")),
        "document": fields.get("document_id"),
        "key": key_of(req),
        "request_id": trail.request_id,
        "traceparent": trail.traceparent,
    }


def _job_at(location: str | None) -> str | None:
    """The job that an answer leads to."""
    _, found, job_id = (location or "").rpartition(_JOB)
    return job_id if found else None
