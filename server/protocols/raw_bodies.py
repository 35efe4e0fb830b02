"""A body that is one document."""

from gristmill.schemas.problems.errors import InvalidRequest
from gristmill.server.calls.asked import Asked
from gristmill.server.messages.bodies import body_of, media_type_of
from gristmill.server.protocols.handing_in import Handed
from gristmill.server.services import Services


def handed(services: Services, asked: Asked, name: str | None) -> Handed:
    """The document that a request brings. Raises InvalidRequest where there is none,
    UnsupportedContentType for a body that is encoded, BodyTooLarge."""
    req = asked.req
    claim = media_type_of(req)
    chunked = req.get_header("Transfer-Encoding") is not None
    if not req.content_length and not chunked:
        raise InvalidRequest("the body is empty; send the document's bytes")
    return Handed(body_of(req, services.settings), name, claim or None)
