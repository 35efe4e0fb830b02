"""`export`: every chunk, streamed."""

from collections.abc import Iterator

import falcon

from gristmill.schemas.exports import AS_LINES, EXPORT_TYPES, ExportForm, ExportIds, ExportShape
from gristmill.schemas.filters import Filter
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.bounds import looked_into
from gristmill.server.calls.tables import library_table as table
from gristmill.server.calls.tables.shared_entries import FILTER
from gristmill.server.exports import written
from gristmill.server.messages.streaming import stream
from gristmill.server.services import Services
from gristmill.storage.library.roles import Within
from gristmill.storage.stores import Stores


def _export(services: Services, asked: Asked, resp: falcon.Response) -> None:
    """The whole library or a part of it, in flat memory."""
    where, form, ids = asked[FILTER], asked[table.EXPORT_FORM], asked[table.EXPORT_IDS]
    shape = ExportShape(form or ExportForm.JSONL, ids or ExportIds.OWN)
    media_type = EXPORT_TYPES[shape.format]
    if asked.req.method == "HEAD":
        # Nothing is read of the library for a head.
        resp.content_type = media_type
        return
    timeout_s = services.settings.read_timeout_s
    within = looked_into(services, asked)
    stream(resp, media_type, export_pieces(services.stores, within, timeout_s, where, shape))


HANDLERS: Handlers = {table.EXPORT: _export}


def export_pieces(
    stores: Stores,
    within: Within,
    timeout_s: float,
    where: Filter | None = None,
    shape: ExportShape = AS_LINES,
) -> Iterator[bytes]:
    """The export as pieces of bytes.

    It has its own connection: the stream lives longer than the call that began it. What
    may take `timeout_s` is each look into the library, not the whole.
    """
    with stores.reader(timeout_s) as library:
        yield from written(library.export(within, where), shape)
