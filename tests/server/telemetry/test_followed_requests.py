"""Each answer names its request, and each job the request that it came with."""

import json
from collections.abc import Iterator

import httpx
import pytest
from support.http_app import HttpApp, MakeApp
from support.served import Web, running

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TASK = {"sources": [{"type": "text", "text": "some words"}]}
SENT = {"X-Request-ID": "mine-1", "traceparent": PARENT}


@pytest.fixture
def web(make_service: MakeApp) -> Iterator[Web]:
    with running(make_service, web_threads=2) as started:
        yield started


def kept(service: HttpApp, job_id: str) -> tuple[str | None, str | None]:
    manifest = service.client.manifest(job_id)
    return manifest.request_id, manifest.traceparent


def test_an_answer_has_the_id_that_was_sent_or_one_of_its_own(service: HttpApp) -> None:
    assert service.http.simulate_get("/", headers=SENT).headers["x-request-id"] == "mine-1"
    made = {service.http.simulate_get("/").headers["x-request-id"] for _ in range(3)}
    assert len(made) == 3


@pytest.mark.parametrize("path", ["/nothing", "/ingest?limit=x", "/ingest/unknown"])
def test_a_problem_names_it_too(path: str, service: HttpApp) -> None:
    answer = service.http.simulate_get(path, headers=SENT)
    assert answer.status_code >= 400
    assert answer.json["request_id"] == answer.headers["x-request-id"] == "mine-1"


def test_a_fault_of_ours_names_it_and_the_log_has_both(
    service: HttpApp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(service.client, "stats", broken)
    answer = service.http.simulate_get("/metrics", headers=SENT)
    assert (answer.status_code, answer.json["request_id"]) == (500, "mine-1")
    (record,) = [each for each in caplog.records if answer.json["incident"] in each.message]
    assert getattr(record, "fields", {})["request_id"] == "mine-1"


@pytest.mark.parametrize("path", ["/ingest", "/ingest?"])
def test_a_job_keeps_the_request_that_it_came_with_on_each_way(path: str, web: Web) -> None:
    url = f"http://127.0.0.1:{web.port}{path}"
    answer = httpx.post(url, json=TASK, headers=SENT)
    assert (answer.status_code, answer.headers["x-request-id"]) == (202, "mine-1")
    assert kept(web.service, answer.json()["job_id"]) == ("mine-1", PARENT)
    other = httpx.post(url, json={**TASK, "priority": 1})
    assert kept(web.service, other.json()["job_id"]) == (other.headers["x-request-id"], None)


def test_so_do_files_and_the_lines_of_a_batch(service: HttpApp) -> None:
    one = service.http.simulate_post(
        "/ingest?name=a.txt", body="words", headers={**SENT, "Content-Type": "text/plain"}
    )
    lines = service.http.simulate_post(
        "/ingest/batch",
        body=json.dumps({**TASK, "priority": 2}),
        headers={**SENT, "Content-Type": "application/x-ndjson"},
    )
    for job_id in (one.json["job_id"], json.loads(lines.text)["job_id"]):
        assert kept(service, job_id) == ("mine-1", PARENT)


def test_what_is_no_http_is_answered_with_an_id_in_its_problem(web: Web) -> None:
    url = f"http://127.0.0.1:{web.port}/healthz"
    answer = httpx.get(url, headers={"X-Long": "x" * 20_000})
    assert answer.status_code == 431
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    large = httpx.post(f"http://127.0.0.1:{web.port}/ingest", content=bytes(300_000), headers=SENT)
    assert (large.status_code, large.json()["request_id"]) == (413, "mine-1")
