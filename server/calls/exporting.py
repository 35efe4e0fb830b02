"""`export`: every chunk as a line, streamed."""

from collections.abc import Iterator

import falcon
import msgspec

from gristmill.schemas.filters import Filter
from gristmill.schemas.problems.errors import UnsupportedOption
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.bounds import looked_into
from gristmill.server.calls.tables import library_table as table
from gristmill.server.calls.tables.library_table import Format
from gristmill.server.calls.tables.shared_entries import FILTER
from gristmill.server.messages.lines import NDJSON
from gristmill.server.messages.streaming import stream
from gristmill.server.services import Services
from gristmill.storage.library.roles import Within
from gristmill.storage.stores import Stores

_PIECE_BYTES = 64 * 1024


def _export(services: Services, asked: Asked, resp: falcon.Response) -> None:
    """The whole library or a part of it, in flat memory."""
    where = asked[FILTER]
    if asked.req.method == "HEAD":
        # Nothing is read of the library for a head.
        resp.content_type = NDJSON
        return
    if asked[table.FORMAT] is Format.PARQUET:
        raise UnsupportedOption("format=parquet is not there yet; use format=jsonl")
    timeout_s = services.settings.read_timeout_s
    within = looked_into(services, asked)
    stream(resp, NDJSON, export_pieces(services.stores, within, timeout_s, where))


HANDLERS: Handlers = {table.EXPORT: _export}


def export_pieces(
    stores: Stores, within: Within, timeout_s: float, where: Filter | None = None
) -> Iterator[bytes]:
    """The export as pieces of whole lines, each about 64 KiB.

    It has its own connection: the stream lives longer than the call that began it. What
    may take `timeout_s` is each look into the library, not the whole.
    """
    encode_into = msgspec.json.Encoder().encode_into
    piece = bytearray()
    with stores.reader(timeout_s) as library:
        for row in library.export(within, where):
            encode_into(row, piece, -1)
            piece += b"\n"
            if len(piece) >= _PIECE_BYTES:
                yield bytes(piece)
                piece.clear()
    if piece:
        yield bytes(piece)
