"""Problems as OpenAPI has them: for each status of a call, which codes it may have."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from gristmill.schemas.problems.errors import GristmillError
from gristmill.server.calls.tables.call import Call
from gristmill.server.messages.parameters import ParameterPlace
from gristmill.server.openapi.headers import headers_of
from gristmill.server.openapi.references import reference
from gristmill.server.problems import MEDIA_TYPE, PROTOCOL_CODES, document, status_of_class

PROBLEM = "Problem"
_SCHEMA: dict[str, Any] = {
    "title": PROBLEM,
    "description": "A problem document (RFC 9457). `code` is stable; some have further members, "
    "such as `job_id`.",
    "type": "object",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "job_id": {"type": "string", "description": "The job that it is about."},
        "request_id": {"type": "string", "description": "The request, as `X-Request-ID` has it."},
    },
    "required": ["type", "title", "status", "code", "detail"],
}
_ANY_CALL = frozenset(PROTOCOL_CODES) - {404, 405, 415}
"""What HTTP itself refuses, whatever is called. Other paths and methods are no calls."""
_HEADERS = {
    401: ("WWW-Authenticate",),
    409: ("Location",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}
Codes = Mapping[str, str]
"""What each code says, by the code."""


def problem_schemas() -> dict[str, Any]:
    return {PROBLEM: _SCHEMA}


def problem_examples(calls: Iterable[Call]) -> dict[str, Any]:
    """One of each status and code, by a name that the answers refer to."""
    found = {}
    for call in calls:
        for status, codes in _codes_of(call).items():
            for code, meaning in codes.items():
                value = msgspec.json.decode(document(status, code, meaning))
                found[_name(status, code)] = {"summary": meaning, "value": value}
    return dict(sorted(found.items()))


def problem_answers(call: Call) -> dict[str, Any]:
    """The answers of a call that are problems, by status."""
    return {
        str(status): {
            "description": ", ".join(f"`{code}`" for code in codes),
            "content": {
                MEDIA_TYPE: {
                    "schema": problem_with(codes, status),
                    "examples": {
                        code: reference("examples", _name(status, code)) for code in codes
                    },
                }
            },
            **headers_of(_HEADERS.get(status, ())),
        }
        for status, codes in sorted(_codes_of(call).items())
    }


def line_problem(kinds: Iterable[type[GristmillError]]) -> dict[str, Any]:
    """The schema of a result line that is a problem."""
    schema = problem_with(sorted({kind.code for kind in kinds}), None)
    line = {"properties": {"line": {"type": "integer"}, "retry_after": {"type": "integer"}}}
    return {"allOf": [*schema["allOf"], {**line, "required": ["line"]}]}


def problem_with(codes: Iterable[str], status: int | None) -> dict[str, Any]:
    """The schema of a problem that has one of these codes."""
    fixed: dict[str, Any] = {"code": {"enum": list(codes)}}
    if status is not None:
        fixed["status"] = {"const": status}
    return {"allOf": [reference("schemas", PROBLEM), {"properties": fixed}]}


def _codes_of(call: Call) -> Mapping[int, dict[str, str]]:
    codes: dict[int, dict[str, str]] = defaultdict(dict)
    for kind in call.errors:
        codes[status_of_class(kind)].setdefault(kind.code, _first_sentence(kind.__doc__))
    for status in sorted(_ANY_CALL):
        codes[status].setdefault(PROTOCOL_CODES[status], "HTTP itself refuses the request.")
    if any(each.place is ParameterPlace.PATH for each in call.parameters):
        # A value with a slash in it makes another path.
        codes[404].setdefault(PROTOCOL_CODES[404], "There is nothing at this path.")
    return codes


def _name(status: int, code: str) -> str:
    return f"{status}_{code}"


def _first_sentence(doc: str | None) -> str:
    text = " ".join((doc or "").split())
    return text.partition(". ")[0].rstrip(".") + "."
