"""Headers of answers: what each of them says."""

from collections.abc import Iterable
from typing import Any

from gristmill.server.openapi.references import reference

_HEADERS: dict[str, tuple[str, dict[str, Any], str]] = {
    "Location": ("Where the job is looked at.", {"type": "string"}, "/ingest/019abf3e-…"),
    "Retry-After": ("Seconds after which to try, or look, again.", {"type": "string"}, "1"),
    "ETag": ("Names this answer, for `If-None-Match`.", {"type": "string"}, '"5d41…"'),
    "WWW-Authenticate": ("How to send a key.", {"type": "string"}, 'Bearer realm="gristmill"'),
    "X-Request-ID": (
        "The request's own, or one that was made for it; the log names it.",
        {"type": "string"},
        "5f1d7a9c3b8e4f60",
    ),
}


def headers_of(names: Iterable[str]) -> dict[str, Any]:
    """The member `headers` of an answer, with that of every answer."""
    return {"headers": {name: reference("headers", name) for name in (*names, "X-Request-ID")}}


def header_components() -> dict[str, Any]:
    return {
        name: {"description": meaning, "schema": schema, "example": example}
        for name, (meaning, schema, example) in _HEADERS.items()
    }
