"""The application with the real intake and a stand-in for the supervisor."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import falcon.testing
from support.server_fakes import FakeClient

from gristmill.pool.intake import Intake
from gristmill.schemas.configuration.settings import Settings
from gristmill.server.access.gate import Gate
from gristmill.server.app import WsgiApp, create_app
from gristmill.storage.layout import DataFolder
from gristmill.storage.stores import Stores


@dataclass(frozen=True)
class HttpApp:
    """The application, what it is made of, and a client that calls it without a socket."""

    folder: DataFolder
    settings: Settings
    client: FakeClient
    intake: Intake
    gate: Gate
    app: WsgiApp
    http: falcon.testing.TestClient


MakeApp = Callable[..., HttpApp]
"""`make_service(stopping, max_sources=2)`: an application with other settings."""
Submit = Callable[..., str]
"""`submit("a text", collection="c")`: submits one text and gives its job id."""


def make_app(data: Path, stopping: threading.Event | None = None, **settings: Any) -> HttpApp:
    folder = DataFolder.open(data)
    settings.setdefault("allow_hosts", ["x", "h"])  # what requests written by hand call it
    checked = Settings(**settings)
    client = FakeClient(folder)
    stores = Stores(folder)
    intake = Intake(stores, checked, client)
    gate = Gate(stores, checked)
    app = create_app(stores, checked, client, intake, stopping, gate)
    http = falcon.testing.TestClient(app, headers={"Host": "localhost"})
    return HttpApp(folder, checked, client, intake, gate, app, http)
