"""Request bodies, read within their limit."""

from typing import Any

import falcon

from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.problems.errors import BodyTooLarge, UnsupportedContentType

_USUAL = "max_body_bytes"


class LimitedBody:
    """A request body that refuses to be longer than `limit` bytes, which is what the `setting`
    says.

    waitress refuses such a body before it is read (channel.py); this holds for every server.
    """

    def __init__(self, stream: Any, limit: int, setting: str) -> None:
        self._stream = stream
        self._limit, self._setting = limit, setting
        self._left = limit

    def read(self, size: int | None = -1, /) -> bytes:
        """Up to `size` bytes; all of them when it is negative or None. Raises BodyTooLarge."""
        most = self._left + 1
        piece: bytes = self._stream.read(most if size is None or size < 0 else min(size, most))
        self._left -= len(piece)
        if self._left < 0:
            raise _too_large(self._limit, self._setting)
        return piece


def _too_large(limit: int, setting: str) -> BodyTooLarge:
    return BodyTooLarge(f"the body is over the limit of {limit} bytes ({setting})")


def body_of(req: falcon.Request, settings: Settings, setting: str = _USUAL) -> LimitedBody:
    """The body of a request; `setting` names its limit. Raises BodyTooLarge at once when its
    declared length says so."""
    limit, length = getattr(settings, setting), req.content_length
    if length is not None and length > limit:
        raise _too_large(limit, setting)
    # falcon's own bound would read a body without a length (chunked) as empty.
    ends_itself = req.env.get("wsgi.input_terminated")
    return LimitedBody(req.env["wsgi.input"] if ends_itself else req.bounded_stream, limit, setting)


def media_type_of(req: falcon.Request) -> str:
    """The body's media type, without parameters; empty where it has none. Raises
    UnsupportedContentType for a body that is encoded."""
    coding = req.get_header("Content-Encoding")
    if coding not in (None, "identity"):
        raise UnsupportedContentType(f"a body with Content-Encoding {coding!r} is not read")
    return (req.content_type or "").partition(";")[0].strip().lower()
