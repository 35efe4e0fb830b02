"""Answers that are read while they come: JSON Lines."""

from typing import Any

import msgspec

from gristmill.client.asks import Ask
from gristmill.client.connection import Connection
from gristmill.client.flows.asking import sent
from gristmill.client.http_client import httpx
from gristmill.client.steps import Flow, Item, Piece
from gristmill.schemas.problems.errors import Unavailable


def each_piece(ask: Ask[Any], to: Connection) -> Flow[None]:
    """The body in pieces of bytes, as they come. Raises Unavailable where it breaks off."""
    yield from sent(ask, to)
    while (piece := (yield Piece())) is not None:
        if isinstance(piece, httpx.HTTPError):
            raise to.error_of(piece)
        yield Item(piece)


def each_line(ask: Ask[Any], to: Connection) -> Flow[None]:
    """Every line as what it is; a line is held at a time."""
    response = yield from sent(ask, to)
    decoder = msgspec.json.Decoder(ask.answers[response.status_code])
    begun = b""
    while (piece := (yield Piece())) is not None:
        if isinstance(piece, httpx.HTTPError):
            raise to.error_of(piece)
        *lines, begun = (begun + piece).split(b"\n")
        for line in filter(None, lines):
            yield Item(_decoded(decoder, line, to, response))
    if begun:
        raise Unavailable(f"{to.url} ended its answer in the middle of a line")


def _decoded(
    decoder: "msgspec.json.Decoder[Any]", line: bytes, to: Connection, response: httpx.Response
) -> Any:
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise to.no_answer(response) from None
