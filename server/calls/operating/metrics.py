"""The numbers of the service, for a monitoring system."""

import falcon

from gristmill.schemas.problems.access_errors import Forbidden
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.tables.metrics_table import MEDIA_TYPE, METRICS
from gristmill.server.services import Services
from gristmill.server.telemetry.exposition import exposition


def _metrics(services: Services, asked: Asked, resp: falcon.Response) -> None:
    caller = asked.caller
    if caller.collections is not None:
        raise Forbidden(
            f"the key {caller.name!r} is bound to collections: the scope 'metrics' opens the "
            "numbers of the whole service only to one that is for all of them"
        )
    resp.content_type = MEDIA_TYPE
    resp.data = exposition(services)


HANDLERS: Handlers = {METRICS: _metrics}
