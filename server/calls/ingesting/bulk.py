"""The calls on bulk actions."""

from itertools import islice

import falcon

from gristmill.pool.bulk.keeper import Asker
from gristmill.schemas.bulk import BulkRequest
from gristmill.schemas.views import PageView
from gristmill.server.access.caller import Caller
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.json_bodies import json_body
from gristmill.server.calls.tables import bulk_table as table
from gristmill.server.calls.tables.job_table import IF_NONE_MATCH
from gristmill.server.calls.tables.shared_entries import LIMIT
from gristmill.server.messages import cursors, replies
from gristmill.server.messages.cursors import ListKind
from gristmill.server.paths import to_bulk
from gristmill.server.services import Services


def _bulk(services: Services, asked: Asked, resp: falcon.Response) -> None:
    key = asked[table.BULK_KEY]
    wanted = json_body(services, asked, BulkRequest)
    query, asker = wanted.query, asker_of(asked.caller)
    if query.collection is not None:
        asked.caller.expect_collection(query.collection)
    if wanted.confirm is None:
        found = services.bulk.preview(services.library, wanted.action, query, asker)
        replies.send(resp, found)
        return
    record = services.bulk.start(wanted.action, query, asker, wanted.confirm, key)
    replies.send(resp, services.bulk.find(record.bulk_id, asker), 202)
    resp.set_header("Location", to_bulk(record.bulk_id))


def _bulks(services: Services, asked: Asked, resp: falcon.Response) -> None:
    limit, asker = asked[LIMIT], asker_of(asked.caller)
    found = list(islice(services.bulk.all_of(asker, asked[table.BULKS_AFTER]), limit + 1))
    items, following = replies.cut(
        found, limit, lambda each: cursors.cursor(ListKind.BULKS, each.bulk_id)
    )
    replies.send_tagged(resp, PageView(items, following), asked[IF_NONE_MATCH])


def _bulk_action(services: Services, asked: Asked, resp: falcon.Response) -> None:
    found = services.bulk.find(asked[table.BULK_ID], asker_of(asked.caller))
    replies.send_tagged(resp, found, asked[IF_NONE_MATCH])


def _stop(services: Services, asked: Asked, resp: falcon.Response) -> None:
    stopped = services.bulk.stop(asked[table.BULK_ID], asker_of(asked.caller))
    replies.send(resp, stopped, 202)


HANDLERS: Handlers = {
    table.BULK: _bulk,
    table.BULKS: _bulks,
    table.BULK_ACTION: _bulk_action,
    table.STOP_BULK: _stop,
}


def asker_of(caller: Caller) -> Asker:
    """Who asks, as bulk actions know them."""
    return Asker(caller.name, caller.collections)
