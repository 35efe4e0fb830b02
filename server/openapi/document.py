"""The whole OpenAPI document."""

from collections import defaultdict
from functools import lru_cache
from typing import Any

import msgspec

from gristmill.schemas.configuration.drop_in_settings import Protocol
from gristmill.schemas.version import VERSION
from gristmill.server.openapi.headers import header_components
from gristmill.server.openapi.operations import SECURITY, operation, tag_of
from gristmill.server.openapi.problems import problem_examples, problem_schemas
from gristmill.server.openapi.shapes import Shapes
from gristmill.server.protocols.tables.catalogue import calls_with

_ABOUT = """\
Turns documents into clean, searchable chunks: durable, without a broker.

Times are ISO 8601 in UTC; what is unknown or does not apply is null. Members may be added, never \
renamed. A query parameter that a call does not have, or one that is given twice, is refused. \
`GET` may be asked as `HEAD`. A problem is an RFC 9457 document with a stable `code`; with a 429 \
or 503, `Retry-After` says when to try again."""
_KEY = """\
An API key. Where the service has no keys, as on loopback at first, it asks for none. The names \
beside it are what a key is made for; `admin` opens all, and a key may be bound to collections."""


def document(root: str = "", protocols: tuple[Protocol, ...] = ()) -> dict[str, Any]:
    """OpenAPI 3.1 of a service that is seen below the path `root` and speaks these protocols."""
    calls = calls_with(protocols)
    shapes = Shapes()
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for call in calls:
        paths[call.path][call.method.lower()] = operation(call, shapes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Gristmill",
            "version": VERSION,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": root or "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(map(tag_of, calls))],
        "paths": dict(paths),
        "components": {
            "schemas": dict(sorted((shapes.components | problem_schemas()).items())),
            "headers": header_components(),
            "examples": problem_examples(calls),
            "securitySchemes": {
                SECURITY: {"type": "http", "scheme": "bearer", "description": _KEY}
            },
        },
    }


@lru_cache(maxsize=4)
def encoded(root: str, protocols: tuple[Protocol, ...]) -> bytes:
    """The document as JSON: it never changes while a process runs."""
    return msgspec.json.encode(document(root, protocols))
