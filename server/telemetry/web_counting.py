"""Counts what a web process answers."""

import time

import falcon

from gristmill.schemas.telemetry.measures import OTHER
from gristmill.server.calls.tables.submission_table import SUBMIT
from gristmill.server.telemetry.web_measures import ACCEPT, PROBLEMS, REQUESTS
from gristmill.storage.records.meters import Meter

BEGUN = "gristmill.begun"
"""Where the environment says since when a request is there, by `time.monotonic()`."""
_ACCEPTED = 202


class WebCounting:
    """Falcon's middleware, the first of all. Thread-safe."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        req.context.begun = req.env.get(BEGUN) or time.monotonic()

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, resource: object, succeeded: bool
    ) -> None:
        call, status = getattr(req.context, "call", OTHER), resp.status_code
        self.meter.count(REQUESTS, call, str(status))
        if (problem := getattr(resp.context, "problem", None)) is not None:
            self.meter.count(PROBLEMS, problem)
        elif status == _ACCEPTED and call == SUBMIT.name:
            self.meter.observe(ACCEPT, time.monotonic() - req.context.begun)

    def refused(self, status: int, problem: str) -> None:
        """A request was answered before it reached the application."""
        self.meter.count(REQUESTS, OTHER, str(status))
        self.meter.count(PROBLEMS, problem)
