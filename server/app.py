"""The WSGI application."""

import threading
from typing import Any

import falcon

from gristmill.pool.client import PoolClient
from gristmill.pool.intake import Intake
from gristmill.schemas.configuration.settings import Settings
from gristmill.server import failures
from gristmill.server.access.entrance import Entrance
from gristmill.server.access.gate import Gate
from gristmill.server.calls import events
from gristmill.server.calls.asked import Handlers
from gristmill.server.calls.ingesting import batch, bulk, jobs, submission
from gristmill.server.calls.library import content, documents, exporting, searching, trash
from gristmill.server.calls.operating import (
    collections_changed,
    describing,
    keys,
    metrics,
    mirrors,
    overview,
    service,
    webhooks,
)
from gristmill.server.calls.routing import add_routes
from gristmill.server.pages.routes import add_pages
from gristmill.server.protocols.handlers import handlers_of
from gristmill.server.protocols.tables.catalogue import calls_with
from gristmill.server.services import Services
from gristmill.server.telemetry.following import Following, Trails
from gristmill.server.telemetry.web_counting import WebCounting
from gristmill.server.telemetry.web_measures import WEB_LAYOUT
from gristmill.storage.records.meters import Meter
from gristmill.storage.stores import Stores

WsgiApp = falcon.App[Any, Any]
HANDLERS: Handlers = {
    **submission.HANDLERS,
    **batch.HANDLERS,
    **bulk.HANDLERS,
    **mirrors.HANDLERS,
    **jobs.HANDLERS,
    **events.HANDLERS,
    **documents.HANDLERS,
    **trash.HANDLERS,
    **collections_changed.HANDLERS,
    **content.HANDLERS,
    **searching.HANDLERS,
    **exporting.HANDLERS,
    **webhooks.HANDLERS,
    **keys.HANDLERS,
    **overview.HANDLERS,
    **metrics.HANDLERS,
    **service.HANDLERS,
    **describing.HANDLERS,
}


def create_app(
    stores: Stores,
    settings: Settings,
    client: PoolClient | None = None,
    intake: Intake | None = None,
    stopping: threading.Event | None = None,
    gate: Gate | None = None,
    meter: Meter | None = None,
    trails: Trails | None = None,
) -> WsgiApp:
    """The HTTP contract over one data folder, for any threaded WSGI server.

    `meter` takes what `/metrics` says of requests; without one, this process counts for itself.

    `stopping`, once set, ends every long poll at once. Limits on bodies hold under any server; only
    under ours (`runner`) is a body over its limit refused before it is read.
    """
    client = client or PoolClient(stores)
    intake = intake or Intake(stores, settings, client)
    gate = gate or Gate(stores, settings)
    meter = meter or Meter(WEB_LAYOUT)
    stopping = stopping or threading.Event()
    services = Services(stores, settings, client, intake, gate, stopping, meter)
    passed: list[Any] = [
        WebCounting(meter),
        Following(trails or Trails()),
        Entrance(gate, settings.root_path),
    ]
    app = falcon.App(middleware=passed)
    app.req_options.strip_url_path_trailing_slash = True
    failures.register(app)
    handlers = {**HANDLERS, **handlers_of(settings.protocols)}
    add_routes(app, calls_with(settings.protocols), handlers, services)
    add_pages(app, gate, settings.root_path)
    return app
