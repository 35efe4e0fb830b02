"""Bytes of a connection as the requests that our server takes them for."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, NamedTuple

from waitress.adjustments import Adjustments
from waitress.task import WSGITask

from gristmill.schemas.configuration.settings import Settings
from gristmill.server.transport.channel import channel_for, framing_allowance
from gristmill.server.transport.framing import LONGEST_BYTES
from gristmill.server.transport.parser import Terms

LIMIT = 1024 * 1024
"""Bytes of a body: above what is ever tried."""
_SETTINGS = Settings(max_body_bytes=LIMIT)
_ADJUSTMENTS = Adjustments(
    listen="127.0.0.1:0",
    max_request_header_size=LONGEST_BYTES,
    max_request_body_size=framing_allowance(LIMIT),
)


class Asked(NamedTuple):
    """One request: what was wrong with it, or what it says. `environ` is for the application, and
    no part of what makes two of them equal."""

    error: str | None
    said: tuple[object, ...]
    environ: dict[str, Any] | None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Asked) and self[:2] == other[:2]

    def __hash__(self) -> int:
        return hash(self[:2])


def requests_in(pieces: Iterable[bytes]) -> list[Asked]:
    """The requests of one connection, up to the first that ends it. What `HTTPChannel.received`
    does, without a socket."""
    # Of its own: what a connection was told before must not change what another one is.
    parser_class = channel_for(Terms(_SETTINGS)).parser_type
    found: list[Asked] = []
    parser = None
    for piece in pieces:
        rest = piece
        while rest:
            parser = parser or parser_class(_ADJUSTMENTS)
            taken = parser.received(rest)
            if parser.completed:
                if not parser.empty:
                    found.append(_asked(parser))
                if parser.error:
                    return found
                parser = None
            elif not taken:
                raise AssertionError("the parser wants more and takes nothing")
            rest = rest[taken:]
    return found


def _asked(parser: Any) -> Asked:
    if parser.error:
        return Asked(f"{parser.error.code}", (), None)
    channel = SimpleNamespace(
        server=SimpleNamespace(adj=_ADJUSTMENTS, effective_port=1, server_name="localhost"),
        addr=("127.0.0.1", 1),
        check_client_disconnected=lambda: False,
    )
    environ: dict[str, Any] = WSGITask(channel, parser).get_environment()
    body = environ["wsgi.input"].read()
    environ["wsgi.input"].seek(0)
    said = (parser.command, parser.path, parser.query, tuple(sorted(parser.headers.items())), body)
    return Asked(None, said, environ)
