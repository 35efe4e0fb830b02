"""Liveness, readiness and the list of calls."""

import falcon

from gristmill.schemas.problems.errors import Unavailable
from gristmill.schemas.version import VERSION
from gristmill.schemas.views import IndexView, LivenessView, ReadinessView
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.ingesting.submission import OUTCOME
from gristmill.server.calls.tables import service_table
from gristmill.server.messages import replies
from gristmill.server.protocols.tables.catalogue import calls_with
from gristmill.server.readiness import look
from gristmill.server.services import Services


def _index(services: Services, asked: Asked, resp: falcon.Response) -> None:
    root = services.settings.root_path
    every = calls_with(services.settings.protocols)
    calls = {call.name: call.template_below(root) for call in every}
    replies.send(resp, IndexView("gristmill", VERSION, calls))


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


def _readiness_in_a_word(services: Services, asked: Asked, resp: falcon.Response) -> None:
    """Whoever has no key, where there are keys, is told whether and not why."""
    if not asked.caller.is_stranger:
        _readiness(services, asked, resp)
        return
    try:
        _readiness(services, asked, resp)
    except Unavailable as error:
        raise type(error)("the service is not ready; to a valid API key it says why") from None
    replies.send(resp, ReadinessView("ready", {}))


HANDLERS: Handlers = {
    service_table.INDEX: _index,
    service_table.LIVENESS: _liveness,
    service_table.READINESS: _readiness_in_a_word,
}
