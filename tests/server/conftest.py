from types import SimpleNamespace

import falcon.testing
import pytest
from support.server_fakes import FakeClient

from gristmill.pool.intake import Intake
from gristmill.schemas.settings import Settings
from gristmill.server.app import create_app
from gristmill.storage.layout import DataFolder
from gristmill.storage.stores import Stores


@pytest.fixture
def make_service(tmp_path):
    """Makes the application with the real intake and a stand-in for the supervisor."""

    def make(stopping=None, **settings):
        folder = DataFolder.open(tmp_path / "data")
        checked = Settings(**settings)
        client = FakeClient(folder)
        stores = Stores(folder)
        intake = Intake(stores, checked, client)
        app = create_app(stores, checked, client, intake, stopping)
        return SimpleNamespace(
            folder=folder,
            settings=checked,
            client=client,
            intake=intake,
            app=app,
            http=falcon.testing.TestClient(app),
        )

    return make


@pytest.fixture
def service(make_service):
    return make_service()


@pytest.fixture
def submit(service):
    """Submits one text and gives its job id."""

    def post(text="some words", **more):
        sources = [{"type": "text", "text": text}]
        answer = service.http.simulate_post("/ingest", json={"sources": sources, **more})
        assert answer.status_code == 202, answer.text
        return answer.json["job_id"]

    return post
