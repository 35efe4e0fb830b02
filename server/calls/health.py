"""Liveness, readiness and the list of calls."""

import falcon

from gristmill.schemas.errors import Draining, Stalled, Unavailable, WorkersFailing
from gristmill.schemas.version import VERSION
from gristmill.schemas.views import IndexView, LivenessView, ReadinessView
from gristmill.server.calls import service_table
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.table import CALLS
from gristmill.server.messages import replies
from gristmill.server.services import Services

_BY_CODE: dict[str, type[Unavailable]] = {
    kind.code: kind for kind in (Draining, Stalled, WorkersFailing)
}
_INDEX = IndexView("gristmill", VERSION, {call.name: call.template for call in CALLS})


def _index(services: Services, asked: Asked, resp: falcon.Response) -> None:
    replies.send(resp, _INDEX)


def _liveness(services: Services, asked: Asked, resp: falcon.Response) -> None:
    replies.send(resp, LivenessView("ok"))


def _readiness(services: Services, asked: Asked, resp: falcon.Response) -> None:
    client = services.client
    problems = client.problems()
    if problems:
        worst = _BY_CODE[problems[0].code]
        raise worst(problems[0].message, problems=[p._asdict() for p in problems])
    if shortage := services.room.shortage():
        raise shortage
    replies.send(resp, ReadinessView("ready", client.stats()._asdict()))


HANDLERS: Handlers = {
    service_table.INDEX: _index,
    service_table.LIVENESS: _liveness,
    service_table.READINESS: _readiness,
}
