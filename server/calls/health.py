"""Liveness, readiness and the list of calls."""

import falcon

from gristmill.schemas.version import VERSION
from gristmill.schemas.views import IndexView, LivenessView, ReadinessView
from gristmill.server.calls import service_table
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.submission import OUTCOME
from gristmill.server.calls.table import CALLS
from gristmill.server.messages import replies
from gristmill.server.readiness import look
from gristmill.server.services import Services

_INDEX = IndexView("gristmill", VERSION, {call.name: call.template for call in CALLS})


def _index(services: Services, asked: Asked, resp: falcon.Response) -> None:
    replies.send(resp, _INDEX)


def _liveness(services: Services, asked: Asked, resp: falcon.Response) -> None:
    replies.send(resp, LivenessView("ok"))


def _readiness(services: Services, asked: Asked, resp: falcon.Response) -> None:
    seen = asked.req.env.get(OUTCOME)
    if seen is None:
        seen = look(services.client, services.room)
    if isinstance(seen, Exception):
        # It is raised for many: their tracebacks must not add up.
        raise seen.with_traceback(None)
    replies.send(resp, ReadinessView("ready", seen._asdict()))


HANDLERS: Handlers = {
    service_table.INDEX: _index,
    service_table.LIVENESS: _liveness,
    service_table.READINESS: _readiness,
}
