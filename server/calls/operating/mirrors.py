"""The calls on mirrors."""

import falcon

from gristmill.schemas.mirrors import MirrorRequest, MirrorRunRequest
from gristmill.schemas.views import PageView
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.json_bodies import json_body
from gristmill.server.calls.tables import mirror_table as table
from gristmill.server.calls.tables.job_table import IF_NONE_MATCH
from gristmill.server.calls.tables.shared_entries import LIMIT
from gristmill.server.messages import cursors, replies
from gristmill.server.messages.cursors import ListKind
from gristmill.server.paths import to_mirror
from gristmill.server.services import Services


def _add(services: Services, asked: Asked, resp: falcon.Response) -> None:
    wanted = json_body(services, asked, MirrorRequest)
    asked.caller.expect_collection(wanted.collection)
    found = services.mirrors.add(wanted, by=asked.caller.name)
    replies.send(resp, found, 201)
    resp.set_header("Location", to_mirror(found.name))


def _mirrors(services: Services, asked: Asked, resp: falcon.Response) -> None:
    limit, within = asked[LIMIT], asked.caller.collections
    found = services.mirrors.all_of(within, asked[table.MIRRORS_AFTER])
    items, following = replies.cut(
        found, limit, lambda each: cursors.cursor(ListKind.MIRRORS, each.name)
    )
    replies.send_tagged(resp, PageView(items, following), asked[IF_NONE_MATCH])


def _mirror(services: Services, asked: Asked, resp: falcon.Response) -> None:
    found = services.mirrors.find(asked[table.MIRROR_NAME], asked.caller.collections)
    replies.send_tagged(resp, found, asked[IF_NONE_MATCH])


def _run(services: Services, asked: Asked, resp: falcon.Response) -> None:
    wanted = json_body(services, asked, MirrorRunRequest)
    name, within = asked[table.MIRROR_NAME], asked.caller.collections
    found = services.mirrors.run(name, within, confirm_gone=wanted.confirm_gone)
    replies.send(resp, found, 202)


def _pause(services: Services, asked: Asked, resp: falcon.Response) -> None:
    name, within = asked[table.MIRROR_NAME], asked.caller.collections
    replies.send(resp, services.mirrors.pause(name, within))


def _resume(services: Services, asked: Asked, resp: falcon.Response) -> None:
    name, within = asked[table.MIRROR_NAME], asked.caller.collections
    replies.send(resp, services.mirrors.pause(name, within, paused=False))


def _remove(services: Services, asked: Asked, resp: falcon.Response) -> None:
    services.mirrors.remove(asked[table.MIRROR_NAME], asked.caller.collections)
    resp.status = 204


HANDLERS: Handlers = {
    table.ADD_MIRROR: _add,
    table.MIRRORS: _mirrors,
    table.MIRROR: _mirror,
    table.RUN_MIRROR: _run,
    table.PAUSE_MIRROR: _pause,
    table.RESUME_MIRROR: _resume,
    table.REMOVE_MIRROR: _remove,
}
