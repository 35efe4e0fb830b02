"""Nobody gets past the gate: every call of the table, through the event loop and the threads of our
server, and through the application alone."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from support.http_app import HttpApp, MakeApp
from support.job_samples import NOON
from support.patience import WAIT_S
from support.served import Web, running

from gristmill.schemas.access import ApiKey
from gristmill.server.access.entrance import OBEYED, PAGES
from gristmill.server.calls.tables.call import Call
from gristmill.server.calls.tables.service_table import DOCS
from gristmill.server.calls.tables.submission_table import SUBMIT_MANY
from gristmill.server.calls.tables.table import CALLS
from gristmill.storage.stores import Stores

TASK = {"sources": [{"type": "text", "text": "some words"}]}
FOREIGN: dict[str, dict[str, str]] = {
    "host_not_allowed": {"Host": "evil.example"},
    "cross_origin": {"Origin": "http://evil.example"},
}
SITE = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def web(make_service: MakeApp) -> Iterator[Web]:
    with running(make_service, web_threads=2) as started:
        yield started


def ask(web: Web, call: Call, way: str, headers: dict[str, str]) -> tuple[int, Any, Any]:
    """Status, headers and body of a call, well formed but for the headers."""
    path = call.path.format(
        job_id="x", document_id="x", collection="x", number="1", name="x", bulk_id="x", mirror="x"
    )
    if call.name == "search":
        path += "?q=words"
    body = json.dumps(TASK) if call.bodies else None
    if call.bodies:
        kind = "application/x-ndjson" if call is SUBMIT_MANY else "application/json"
        headers = {"Content-Type": kind, **headers}
    if way == "application":
        simulated = web.service.http.simulate_request(call.method, path, headers=headers, body=body)
        return simulated.status_code, simulated.headers, simulated.text
    with (
        httpx.Client(
            base_url=f"http://127.0.0.1:{web.port}", timeout=WAIT_S, verify=False
        ) as client,
        client.stream(call.method, path, headers=headers, content=body) as answer,
    ):
        # A stream of events has no end.
        endless = answer.headers.get("Content-Type", "").startswith("text/event-stream")
        text = "" if endless else answer.read().decode()
        return answer.status_code, answer.headers, text


@pytest.mark.parametrize("way", ["server", "application"])
def test_a_foreign_page_reaches_no_call(web: Web, way: str) -> None:
    for call in CALLS:
        for code, headers in [*FOREIGN.items(), ("cross_origin", SITE)]:
            status, answered, body = ask(web, call, way, headers)
            assert (status, code in body) == (403, True), (call.name, headers, body)
            assert "access-control-allow-origin" not in answered
            assert OBEYED.items() <= {name: answered.get(name) for name in OBEYED}.items()
    assert web.service.client.offered == []


@pytest.mark.parametrize("way", ["server", "application"])
def test_with_keys_no_call_but_the_probes_answers_without_one(web: Web, way: str) -> None:
    Stores(web.service.folder).tokens.add(ApiKey("a", "", ("admin",), NOON))
    for call in CALLS:
        for headers in ({}, {"Authorization": "Bearer grist_x"}, {"Authorization": "Basic eDp4"}):
            status, answered, body = ask(web, call, way, headers)
            if call.scope == "open":
                assert status == 200, (call.name, body)
                continue
            assert (status, "unauthorized" in body) == (401, True), (call.name, body)
            assert answered["www-authenticate"].startswith("Bearer")
    assert web.service.client.offered == []


@pytest.mark.parametrize("way", ["server", "application"])
def test_every_answer_has_the_headers_that_browsers_obey(web: Web, way: str) -> None:
    for call in CALLS:
        status, answered, _ = ask(web, call, way, {})
        assert status < 500
        obeyed = {**OBEYED, "Content-Security-Policy": PAGES} if call is DOCS else OBEYED
        assert {name: answered.get(name) for name in OBEYED} == dict(obeyed), call.name


def test_so_have_answers_to_what_is_no_call_and_to_what_is_no_http(web: Web) -> None:
    base = f"http://127.0.0.1:{web.port}"
    with httpx.Client(base_url=base, timeout=WAIT_S, verify=False) as client:
        answers = [
            client.get("/nothing"),
            client.put("/ingest"),
            client.options("/ingest"),
            client.get("/ingest?limit=x"),
            client.get("/healthz", headers={"X-Long": "x" * 20_000}),
        ]
    assert [a.status_code for a in answers] == [404, 405, 200, 400, 431]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in OBEYED} == dict(OBEYED), answer.url
        assert "access-control-allow-methods" not in answer.headers


def test_a_page_of_a_foreign_origin_learns_nothing_from_asking_first(web: Web) -> None:
    headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    answer = httpx.options(f"http://127.0.0.1:{web.port}/ingest", headers=headers)
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "[::1]:8000"])
def test_tools_that_are_no_browsers_ask_as_ever(web: Web, host: str) -> None:
    for call in CALLS:
        assert ask(web, call, "server", {"Host": host})[0] != 403


def test_a_poll_with_an_etag_is_still_answered_304(service: HttpApp) -> None:
    job_id = service.http.simulate_post("/ingest", json=TASK).json["job_id"]
    first = service.http.simulate_get(f"/ingest/{job_id}")
    assert first.headers["cache-control"] == "no-store"
    again = service.http.simulate_get(
        f"/ingest/{job_id}", headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304
