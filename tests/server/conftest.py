"""The application, called without a socket."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.http_app import HttpApp, MakeApp, Submit, make_app


@pytest.fixture
def tmp_path(in_memory: Path) -> Path:
    """Hundreds of applications, each with a folder of its own: a disk would be most of the wait,
    and what is durable is not what these tests are about."""
    return in_memory


@pytest.fixture
def make_service(tmp_path: Path) -> Iterator[MakeApp]:
    """Makes applications whose threads end with the test: hundreds that live on, each waking now
    and then, would slow all later tests of the process."""
    made: list[HttpApp] = []

    def make(*more: Any, **settings: Any) -> HttpApp:
        made.append(make_app(tmp_path / "data", *more, **settings))
        return made[-1]

    yield make
    for each in made:
        each.gate.audit.close()


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
