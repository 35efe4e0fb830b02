"""What is got by http: a body in memory, bounded while it comes, and what is said of it."""

import http
import http.client
import zlib
from typing import NamedTuple

from gristmill.schemas.urls import shown

_PIECE = 256 * 1024
_MOST_VALIDATOR = 1024


class FetchFailed(Exception):
    """Nothing was got; says why, for people. `passing`: later it may be. `refused`: it may not be
    got from there. `large`: it has more bytes than that many."""

    def __init__(
        self, why: str, *, passing: bool = False, refused: bool = False, large: bool = False
    ) -> None:
        super().__init__(why)
        self.passing, self.refused, self.large = passing, refused, large


class Validators(NamedTuple):
    """What tells later whether something has changed; `url` is where it was got at last, without
    its query."""

    url: str
    etag: str | None = None
    modified: str | None = None


class Answer(NamedTuple):
    """What was got from `url`; no data where it has not changed. `name` is a file name, "" for
    none."""

    data: bytes | None
    url: str
    validators: Validators | None = None
    name: str = ""
    media_type: str | None = None


def validators(url: str, answer: http.client.HTTPResponse) -> Validators:
    return Validators(shown(url), _short(answer, "ETag"), _short(answer, "Last-Modified"))


def told(status: int) -> str:
    """What a status means, for people."""
    try:
        return f" ({http.HTTPStatus(status).phrase})"
    except ValueError:
        return ""


class Body:
    """The body of an answer: whatever it says of its size, no more than `limit` bytes are in
    memory, packed or not."""

    def __init__(self, answer: http.client.HTTPResponse, limit: int) -> None:
        self._answer, self._limit = answer, limit
        packed = (answer.getheader("Content-Encoding") or "identity").strip().lower()
        if packed not in ("identity", "gzip", "x-gzip"):
            raise FetchFailed(f"it is sent in the encoding {packed[:40]!r}, which nobody asked for")
        self._packer = None if packed == "identity" else zlib.decompressobj(wbits=31)

    def read(self) -> bytes:
        """Raises FetchFailed, OSError, http.client.HTTPException."""
        if self._packer is None and (self._answer.length or 0) > self._limit:
            raise self._too_large()
        data = bytearray()
        while piece := self._answer.read1(_PIECE):
            data += self._unpacked(piece, self._limit + 1 - len(data))
            if len(data) > self._limit:
                raise self._too_large()
        if self._answer.length:
            # `read1` takes a line that was cut for the end.
            raise FetchFailed("the connection ended in the midst of it", passing=True)
        if self._packer is not None and not self._packer.eof:
            raise FetchFailed("its gzip ends in the midst of it", passing=True)
        return bytes(data)

    def _unpacked(self, piece: bytes, room: int) -> bytes:
        if self._packer is None:
            return piece
        try:
            return self._packer.decompress(piece, room)
        except zlib.error:
            raise FetchFailed("its gzip is broken") from None

    def _too_large(self) -> FetchFailed:
        return FetchFailed(f"it has more than {self._limit} bytes", large=True)


def _short(answer: http.client.HTTPResponse, name: str) -> str | None:
    value = answer.getheader(name)
    return value if value and len(value) <= _MOST_VALIDATOR and value.isprintable() else None
