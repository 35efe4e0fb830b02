"""The service at a glance, and its last hours."""

import time

import falcon

from gristmill.schemas.overview import HistoryView, Span
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.tables import overview_table as table
from gristmill.server.calls.tables.job_table import IF_NONE_MATCH
from gristmill.server.messages import replies
from gristmill.server.services import Services
from gristmill.storage.records.samples import ring_of


def _overview(services: Services, asked: Asked, resp: falcon.Response) -> None:
    view = services.overviews.of(asked.caller.collections)
    replies.send_tagged(resp, view, asked[IF_NONE_MATCH])


def _history(services: Services, asked: Asked, resp: falcon.Response) -> None:
    ring = ring_of(asked[table.SPAN] or Span.HOUR)
    until = int(time.time()) // ring.step_s * ring.step_s
    everybody = asked.caller.collections is None
    samples = services.stores.samples.read(ring, until) if everybody else []
    view = HistoryView(ring.span, ring.step_s, until, samples)
    replies.send_tagged(resp, view, asked[IF_NONE_MATCH])


HANDLERS: Handlers = {table.OVERVIEW: _overview, table.HISTORY: _history}
