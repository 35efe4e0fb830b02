"""The calls on API keys."""

from datetime import UTC, datetime

import falcon

from gristmill.schemas.access import ApiKey
from gristmill.schemas.key_views import KeysView, NewKey, key_view
from gristmill.schemas.problems.access_errors import Forbidden
from gristmill.schemas.problems.errors import InvalidRequest
from gristmill.server.access.caller import Caller
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.json_bodies import json_body
from gristmill.server.calls.tables import key_table as table
from gristmill.server.messages import replies
from gristmill.server.services import Services


def _keys(services: Services, asked: Asked, resp: falcon.Response) -> None:
    _expect_unbound(asked.caller)
    now = datetime.now(UTC)
    items = tuple(key_view(key, now) for key in services.stores.tokens.all())
    replies.send(resp, KeysView(items))


def _make(services: Services, asked: Asked, resp: falcon.Response) -> None:
    _expect_unbound(asked.caller)
    wanted, now = json_body(services, asked, NewKey), datetime.now(UTC)
    if wanted.expires_at is not None and wanted.expires_at <= now:
        raise InvalidRequest("`expires_at` has passed; give a later time, or none")
    key = ApiKey(
        wanted.name,
        "",
        tuple(dict.fromkeys(wanted.scopes)),
        now,
        tuple(dict.fromkeys(wanted.collections)),
        wanted.expires_at,
    )
    token = services.stores.tokens.add(key)
    replies.send(resp, key_view(key, now, token), 201)


def _revoke(services: Services, asked: Asked, resp: falcon.Response) -> None:
    _expect_unbound(asked.caller)
    key = services.stores.tokens.revoke(asked[table.KEY_NAME])
    replies.send(resp, key_view(key, datetime.now(UTC)))


HANDLERS: Handlers = {table.KEYS: _keys, table.MAKE_KEY: _make, table.REVOKE_KEY: _revoke}


def _expect_unbound(caller: Caller) -> None:
    """Whoever is bound could make a key that is not. Raises Forbidden."""
    if caller.collections is not None:
        raise Forbidden(
            f"the key {caller.name!r} is bound to collections: the scope 'admin' opens keys only "
            "to one that is for all of them"
        )
