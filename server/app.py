"""The WSGI application."""

import threading
from typing import Any

import falcon

from gristmill.pool.client import PoolClient
from gristmill.pool.intake import Intake
from gristmill.schemas.settings import Settings
from gristmill.server import failures
from gristmill.server.calls import health
from gristmill.server.calls.batch import Batch
from gristmill.server.calls.documents import Chunks, Documents, OneDocument
from gristmill.server.calls.exporting import Export
from gristmill.server.calls.jobs import Job, JobDocuments, JobRetry, Jobs
from gristmill.server.calls.searching import Search
from gristmill.server.services import Services
from gristmill.storage.stores import Stores

WsgiApp = falcon.App[Any, Any]


def create_app(
    stores: Stores,
    settings: Settings,
    client: PoolClient | None = None,
    intake: Intake | None = None,
    stopping: threading.Event | None = None,
) -> WsgiApp:
    """The HTTP contract over one data folder, for any threaded WSGI server.

    `stopping`, once set, ends every long poll at once. Limits on bodies hold under any server; only
    under ours (`runner`) is a body over its limit refused before it is read.
    """
    client = client or PoolClient(stores)
    intake = intake or Intake(stores, settings, client)
    services = Services(stores, settings, client, intake, stopping or threading.Event())
    app = falcon.App()
    app.req_options.strip_url_path_trailing_slash = True
    failures.register(app)
    _add_routes(app, services)
    return app


def _add_routes(app: WsgiApp, services: Services) -> None:
    app.add_route("/", health.Index())
    app.add_route("/healthz", health.Healthz())
    app.add_route("/readyz", health.Readyz(services))
    app.add_route("/ingest", Jobs(services))
    app.add_route("/ingest/batch", Batch(services))
    app.add_route("/ingest/{job_id}", Job(services))
    app.add_route("/ingest/{job_id}/documents", JobDocuments(services))
    app.add_route("/ingest/{job_id}/retry", JobRetry(services))
    app.add_route("/documents", Documents(services))
    app.add_route("/documents/{document_id}", OneDocument(services))
    app.add_route("/documents/{document_id}/chunks", Chunks(services))
    app.add_route("/search", Search(services))
    app.add_route("/export", Export(services))
