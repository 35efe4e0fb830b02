"""Answers that are made while they are sent."""

from collections.abc import Iterator
from itertools import chain

import falcon

NDJSON = "application/x-ndjson"


def stream(resp: falcon.Response, media_type: str, pieces: Iterator[bytes]) -> None:
    """Answer `pieces`. The first one is made before the answer begins: an early failure is a
    clear problem document."""
    first = next(pieces, b"")
    resp.content_type = media_type
    resp.stream = _Streamed(first, pieces)


class _Streamed:
    """An iterable with the `close` that WSGI servers call, even when the client went away."""

    def __init__(self, first: bytes, rest: Iterator[bytes]) -> None:
        self._rest = rest
        self._all = chain((first,), rest)

    def __iter__(self) -> Iterator[bytes]:
        return self._all

    def close(self) -> None:
        close = getattr(self._rest, "close", None)
        if close is not None:
            close()
