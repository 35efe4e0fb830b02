"""Below a path of a proxy, what answers lead to has that path in front."""

import json

import pytest
from support.http_app import MakeApp

from gristmill.schemas.configuration.settings_layers import Layer, merge
from gristmill.schemas.problems.errors import SettingsError

TASK = {"sources": [{"type": "text", "text": "some words"}]}


def test_links_locations_and_the_index_have_the_root_path(make_service: MakeApp) -> None:
    service = make_service(root_path="/docs/v1")
    answer = service.http.simulate_post("/ingest", json=TASK)
    job_id = answer.json["job_id"]
    place = f"/docs/v1/ingest/{job_id}"
    assert answer.headers["location"] == answer.json["links"]["self"] == place
    duplicate = service.http.simulate_post("/ingest", json=TASK)
    assert (duplicate.status_code, duplicate.headers["location"]) == (409, place)
    job = service.http.simulate_get(f"/ingest/{job_id}").json
    assert job["links"]["documents"] == f"{place}/documents"
    headers = {"Content-Type": "application/x-ndjson"}
    line = json.dumps({**TASK, "collection": "c"})
    batch = service.http.simulate_post("/ingest/batch", body=line, headers=headers)
    assert json.loads(batch.text)["links"]["self"].startswith("/docs/v1/ingest/")
    calls = service.http.simulate_get("/").json["calls"]
    assert calls["submit"] == "POST /docs/v1/ingest"


def test_nobody_but_the_settings_says_what_the_root_path_is(make_service: MakeApp) -> None:
    headers = {"X-Forwarded-Prefix": "/evil", "X-Forwarded-Host": "evil.example"}
    answer = make_service().http.simulate_post("/ingest", json=TASK, headers=headers)
    assert answer.headers["location"] == f"/ingest/{answer.json['job_id']}"


@pytest.mark.parametrize("path", ["docs", "/docs/", "//evil.example", "/a b", "/a\r\nX: y"])
def test_a_root_path_is_a_path(path: str) -> None:
    with pytest.raises(SettingsError, match="root_path"):
        merge([Layer("flags", {"root_path": path})])
