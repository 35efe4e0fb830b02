"""Small bodies that are one JSON object."""

from typing import TypeVar

import msgspec

from gristmill.schemas.problems.errors import InvalidRequest, UnsupportedContentType
from gristmill.server.calls.asked import Asked
from gristmill.server.calls.tables.call import JSON
from gristmill.server.messages.bodies import body_of, media_type_of
from gristmill.server.services import Services

_Body = TypeVar("_Body")


def json_body(services: Services, asked: Asked, kind: type[_Body]) -> _Body:
    """The body of a request, which is a small JSON object. Raises InvalidRequest, BodyTooLarge,
    UnsupportedContentType."""
    if media_type_of(asked.req) != JSON:
        raise UnsupportedContentType(f"{asked.call.line} takes JSON: send Content-Type {JSON}")
    data = body_of(asked.req, services.settings, "max_metadata_bytes").read()
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise InvalidRequest(f"the request is not valid: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidRequest("the body is not valid JSON") from None
