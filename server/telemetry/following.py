"""Ties what happens to a request: its id and its trace, in the answer and in the log."""

import logging
import time
from collections.abc import Mapping
from typing import Any

import falcon

from gristmill.pool.telemetry.tracing import Told
from gristmill.schemas.telemetry.spans import Span, below
from gristmill.schemas.telemetry.trails import Trail, trail_of
from gristmill.server import paths
from gristmill.server.access.audit import key_of

HEADER = "X-Request-ID"
TRAIL = "gristmill.trail"
"""Where the environment has it, once it is known (`fast_lane`)."""
_JOB = paths.to_job("")
_log = logging.getLogger(__name__)


class Trails:
    """Says which request one is. `told` hears of each as a step of its trace; None: of none."""

    def __init__(self, told: Told | None = None) -> None:
        self.told = told

    def of(self, request_id: str | None, traceparent: str | None) -> Trail:
        trail = trail_of(request_id, traceparent)
        if self.told is None:
            return trail
        above = trail.traceparent
        return Trail(trail.request_id, below(above), above)

    def of_headers(self, headers: Mapping[str, Any]) -> Trail:
        """From headers by their names in capitals with `_`, as waitress has them."""
        return self.of(headers.get("X_REQUEST_ID"), headers.get("TRACEPARENT"))


class Following:
    """Falcon's middleware: from it on a request's context has its `trail`."""

    def __init__(self, trails: Trails) -> None:
        self._trails = trails

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        env = req.env
        trail = env.get(TRAIL)
        if trail is None:
            trail = self._trails.of(env.get("HTTP_X_REQUEST_ID"), env.get("HTTP_TRACEPARENT"))
        req.context.trail = trail

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, resource: object, succeeded: bool
    ) -> None:
        trail: Trail = req.context.trail
        resp.set_header(HEADER, trail.request_id)
        if self._trails.told is not None:
            self._trails.told(_span(req, resp, trail))
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug("request answered", extra={"fields": _told(req, resp, trail)})


def _span(req: falcon.Request, resp: falcon.Response, trail: Trail) -> Span:
    """A request as a step of its trace, with its call for a name: a path would be of many."""
    assert trail.traceparent is not None
    now, status = time.time_ns(), resp.status_code
    took_ns = int((time.monotonic() - req.context.begun) * 1e9)
    told = {
        "http.request.method": req.method,
        "http.response.status_code": status,
        "gristmill.request_id": trail.request_id,
    }
    call = getattr(req.context, "call", None)
    if (job_id := _job_of(req, resp)) is not None:
        told["gristmill.job"] = job_id
    problem = getattr(resp.context, "problem", None) if status >= 500 else None
    name = f"{req.method} {call}" if call else req.method
    return Span(name, trail.traceparent, trail.above, now - took_ns, now, told, problem)


def _told(req: falcon.Request, resp: falcon.Response, trail: Trail) -> dict[str, Any]:
    """What the log says of a request: never its query, and no path that is none of ours."""
    fields: dict[str, str] = getattr(req.context, "fields", {})
    return {
        "method": req.method,
        "call": getattr(req.context, "call", None),
        "status": resp.status_code,
        "problem": getattr(resp.context, "problem", None),
        "ms": round(1000 * (time.monotonic() - req.context.begun), 1),
        "job": _job_of(req, resp),
        "document": fields.get("document_id"),
        "key": key_of(req),
        "request_id": trail.request_id,
        "traceparent": trail.traceparent,
    }


def _job_of(req: falcon.Request, resp: falcon.Response) -> str | None:
    """The job that a request names, or that its answer leads to."""
    fields: dict[str, str] = getattr(req.context, "fields", {})
    _, found, job_id = (resp.get_header("Location") or "").rpartition(_JOB)
    return fields.get("job_id") or (job_id if found else None)
