"""Hooks for a WSGI app that embeds the service: start with it, stop with it.

    from gristmill import Settings
    from gristmill.server.hooks import shut_down, start_up

    app = start_up(Settings(data="/var/lib/gristmill"))   # mount it, or serve it as it is
    ...
    shut_down()                                           # in the server's exit hook

A web page elsewhere must not use it: name the hosts that it is called by in `allow_hosts`, unless
they are loopback's.

Under a server that forks (gunicorn), call `start_up` after the fork (`post_fork`): each process
needs connections of its own. The first one to come starts the supervisor, the others use it.
"""

from gristmill.pool.handle import get_ingestion_worker, shutdown_ingestion_worker
from gristmill.schemas.configuration.settings import Settings
from gristmill.server.app import WsgiApp, create_app
from gristmill.server.telemetry.web_measures import WEB_LAYOUT, WEB_METER
from gristmill.storage.records.meters import Meter

__all__ = ["shut_down", "start_up"]


def start_up(settings: Settings | None = None) -> WsgiApp:
    """Make sure that a supervisor works on the data folder and return the app for it.

    Also ends with the process (`atexit`). Raises ServiceFailed, DataFolderUnusable.
    """
    worker = get_ingestion_worker(settings)
    meter = Meter.one_of(worker.stores.folder, WEB_METER, WEB_LAYOUT)
    return create_app(worker.stores, worker.settings, client=worker.client, meter=meter)


def shut_down() -> None:
    """Drain and end what `start_up` started in this process; safe to call twice."""
    shutdown_ingestion_worker()
