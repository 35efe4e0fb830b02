"""From the table of calls to Falcon's routes."""

from collections.abc import Iterable
from typing import Any

import falcon

from gristmill.server.calls.asked import Asked, Handler, Handlers
from gristmill.server.calls.bounds import expect_own
from gristmill.server.calls.tables.call import Call
from gristmill.server.services import Services


class Route:
    """All calls at one path. What has no method here is a 405 with those that are in `Allow`."""

    def __init__(self, calls: Iterable[Call], handlers: Handlers, services: Services) -> None:
        for call in calls:
            responder = _responder(call, handlers[call], services)
            setattr(self, f"on_{call.method.lower()}", responder)
            if call.method == "GET":
                self.on_head = responder


def add_routes(
    app: "falcon.App[Any, Any]", calls: Iterable[Call], handlers: Handlers, services: Services
) -> None:
    """Let `app` answer `calls`. Raises KeyError for one that nobody handles."""
    at: dict[str, list[Call]] = {}
    for call in calls:
        at.setdefault(call.path, []).append(call)
    for path, those in at.items():
        # The name of a collection may have slashes in it.
        route = path.replace("{collection}", "{collection:path}")
        app.add_route(route, Route(those, handlers, services))


def _responder(call: Call, handler: Handler, services: Services) -> Any:
    def respond(req: falcon.Request, resp: falcon.Response, **fields: str) -> None:
        asked = Asked(call, req, fields)
        req.context.call, req.context.fields = call.name, fields
        asked.caller.expect(call.scope)
        if not call.query_depends_on_body:
            asked.check()
        expect_own(services, asked)
        handler(services, asked, resp)

    return respond
