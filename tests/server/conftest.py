"""The application, called without a socket."""

from functools import partial
from pathlib import Path

import pytest
from support.http_app import HttpApp, MakeApp, Submit, make_app


@pytest.fixture
def make_service(tmp_path: Path) -> MakeApp:
    return partial(make_app, tmp_path / "data")


@pytest.fixture
def service(make_service: MakeApp) -> HttpApp:
    return make_service()


@pytest.fixture
def submit(service: HttpApp) -> Submit:
    def post(text: str = "some words", **more: object) -> str:
        sources = [{"type": "text", "text": text}]
        answer = service.http.simulate_post("/ingest", json={"sources": sources, **more})
        assert answer.status_code == 202, answer.text
        job_id: str = answer.json["job_id"]
        return job_id

    return post
