"""What a web process counts."""

from gristmill.schemas.telemetry.measures import OTHER, SECONDS, Kind, Layout, Measure
from gristmill.server.problems import PROTOCOL_CODES, status_of_class
from gristmill.server.protocols.tables.catalogue import EVERY_CALL

_ERRORS = {error for call in EVERY_CALL for error in (*call.errors, *call.line_errors)}
_STATUSES = (
    {answer.status for call in EVERY_CALL for answer in call.answers}
    | {status_of_class(error) for error in _ERRORS}
    | {303, 500, *PROTOCOL_CODES}
)
_CODES = {error.code for error in _ERRORS} | {*PROTOCOL_CODES.values()}

REQUESTS = Measure(
    "gristmill_http_requests",
    Kind.COUNTER,
    "Requests that were answered, by call and status; `other` is a page, what is no path of "
    "the service, and what was refused before it reached a call.",
    (
        ("call", (*(call.name for call in EVERY_CALL), OTHER)),
        ("status", (*map(str, sorted(_STATUSES)), OTHER)),
    ),
)
PROBLEMS = Measure(
    "gristmill_http_problems",
    Kind.COUNTER,
    "Requests that were answered with a problem, by its code.",
    (("code", (*sorted(_CODES), OTHER)),),
)
ACCEPT = Measure(
    "gristmill_accept_seconds",
    Kind.HISTOGRAM,
    "How long `POST /ingest` took that accepted a job, from its last byte to the answer.",
    buckets=SECONDS,
)
WEB_METER = "web"
"""The name of the files that have these, each with a number behind it."""
WEB_LAYOUT = Layout((REQUESTS, PROBLEMS, ACCEPT))
