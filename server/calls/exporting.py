"""`GET /export`: every chunk as a line, streamed."""

from collections.abc import Iterator
from enum import StrEnum

import falcon
import msgspec

from gristmill.schemas.errors import UnsupportedOption
from gristmill.server.messages import parameters
from gristmill.server.messages.streaming import NDJSON, stream
from gristmill.server.services import Services
from gristmill.storage.stores import Stores

_PIECE_BYTES = 64 * 1024


class Format(StrEnum):
    """What `format=` may say."""

    JSONL = "jsonl"
    PARQUET = "parquet"


class Export:
    """`/export`: the whole library or one collection, in flat memory."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        parameters.check(req, "collection", "format")
        if parameters.choice(req, "format", Format) is Format.PARQUET:
            raise UnsupportedOption("format=parquet is not there yet; use format=jsonl")
        pieces = export_pieces(self._services.stores, parameters.text(req, "collection"))
        stream(resp, NDJSON, pieces)

    def on_head(self, req: falcon.Request, resp: falcon.Response) -> None:
        parameters.check(req, "collection", "format")
        resp.content_type = NDJSON


def export_pieces(stores: Stores, collection: str | None) -> Iterator[bytes]:
    """The export as pieces of whole lines, each about 64 KiB.

    It has its own connection: the stream lives longer than the call that began it.
    """
    encode_into = msgspec.json.Encoder().encode_into
    piece = bytearray()
    with stores.library(readonly=True) as library:
        for row in library.export(collection):
            encode_into(row, piece, -1)
            piece += b"\n"
            if len(piece) >= _PIECE_BYTES:
                yield bytes(piece)
                piece.clear()
    if piece:
        yield bytes(piece)
