"""Answers that are made while they are sent."""

import logging
from collections.abc import Iterator
from itertools import chain

import falcon
from waitress.channel import ClientDisconnected

from gristmill.schemas.problems.library_errors import LibraryTrouble

logger = logging.getLogger(__name__)


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
        try:
            yield from self._all
        except LibraryTrouble as trouble:
            logger.error("an answer broke off in its midst: %s", trouble)  # noqa: TRY400 - of the disk, not of the code
            # Its client sees that the end is missing. To waitress it is as if it had gone.
            raise ClientDisconnected from None

    def close(self) -> None:
        close = getattr(self._rest, "close", None)
        if close is not None:
            close()
