"""The calls on deleted documents."""

import falcon

from gristmill.schemas.trash import RestoreRequest, TrashView
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.json_bodies import json_body
from gristmill.server.calls.tables import trash_table as table
from gristmill.server.calls.tables.shared_entries import FILTER, LIMIT
from gristmill.server.messages import cursors, replies
from gristmill.server.messages.cursors import ListKind
from gristmill.server.services import Services
from gristmill.storage.library.trash_role import TrashChoice


def _trash(services: Services, asked: Asked, resp: falcon.Response) -> None:
    choice = TrashChoice(asked.within, asked[FILTER], mirror=asked[table.OF_MIRROR])
    items, following = services.library.trash_page(
        choice, after=asked[table.TRASH_AFTER], limit=asked[LIMIT]
    )
    key = None if following is None else cursors.cursor(ListKind.TRASH, following)
    replies.send(resp, TrashView(items, key, services.settings.trash_days))


def _restore(services: Services, asked: Asked, resp: falcon.Response) -> None:
    wanted = json_body(services, asked, RestoreRequest)
    within = asked.caller.within(wanted.collection)
    told = services.catalogue.restore_documents(wanted, within)
    replies.send(resp, told, 200 if wanted.preview else 202)


HANDLERS: Handlers = {table.TRASH: _trash, table.RESTORE_DOCUMENTS: _restore}
