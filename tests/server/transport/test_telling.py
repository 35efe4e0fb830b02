"""Streams on the event loop: who is too slow, who may no longer, who sends more."""

import socket

import msgspec
import pytest
from support.http_app import MakeApp
from support.job_samples import NOON, queued
from support.listening import listening
from support.patience import WAIT_S
from support.served import Web, running

from gristmill.schemas.access import ApiKey
from gristmill.schemas.jobs.manifest import JobError, Manifest
from gristmill.schemas.jobs.states import JobState
from gristmill.server.transport import telling
from gristmill.storage.stores import Stores

LONG = JobError("documents_failed", "m" * 20_000)


def failed(**fields: object) -> Manifest:
    return queued(state=JobState.FAILED, **fields)  # type: ignore[arg-type]


def connected(web: Web, request: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", web.port), WAIT_S)
    client.sendall(request)
    return client


def read_to_the_end(client: socket.socket) -> bytes:
    """What comes until the connection ends, however it does."""
    received = b""
    try:
        while data := client.recv(1 << 20):
            received += data
    except ConnectionResetError:
        pass
    return received


OPEN = b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"


def test_who_reads_nothing_is_hung_up_on_and_keeps_nobody_waiting(make_service: MakeApp) -> None:
    with running(make_service) as web:
        slow = connected(web, OPEN)
        assert slow.recv(12, socket.MSG_WAITALL) == b"HTTP/1.1 200"
        ring, rounds, each = web.service.client.ring, 10, 100
        with listening(f"http://127.0.0.1:{web.port}", "/events") as stream:
            for number in range(rounds):
                for _ in range(each):
                    ring.changed(failed(error=LONG))
                ring.changed(failed(job_id=f"last-{number}"))
                assert len(stream.until("job", job_id=f"last-{number}")) == each + 1
        with slow:
            received = read_to_the_end(slow)
    assert len(received) < rounds * each * len(LONG.message)
    assert b"event: end" not in received


def test_a_stream_ends_soon_after_its_key(
    make_service: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "_LOOK_EVERY_S", 0.0)
    with running(make_service) as web:
        tokens = Stores(web.service.folder).tokens
        token = tokens.add(ApiKey("reader", "", ("read",), NOON))
        tokens.add(ApiKey("other", "", ("admin",), NOON))
        with listening(
            f"http://127.0.0.1:{web.port}", "/events", Authorization=f"Bearer {token}"
        ) as stream:
            tokens.revoke("reader")
            (last,) = list(stream)
    assert (last.kind, last.data["reason"]) == ("end", "key")


def test_a_quiet_stream_is_heard_of_now_and_then(
    make_service: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "_HEARTBEAT_S", 0.0)
    with running(make_service) as web, connected(web, OPEN) as client:
        received = b""
        while b"\r\n: still here\n\n\r\n" not in received:
            received += client.recv(65536)


def test_what_comes_behind_a_request_for_a_stream_is_not_answered_into_it(
    make_service: MakeApp,
) -> None:
    behind = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    half = b"POST /ingest HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
    with running(make_service) as web, connected(web, OPEN + behind + half) as client:
        client.recv(12, socket.MSG_WAITALL)
        client.sendall(b"Content-Length: 3\r\n\r\n")
        web.service.client.ring.changed(failed(job_id="seen"))
        received = b""
        while b"seen" not in received:
            received += client.recv(65536)
        web.stop.set()
        received += read_to_the_end(client)
    assert received.count(b"HTTP/1.1") == 0 and b'"reason":"draining"' in received


def test_an_old_client_gets_its_events_without_chunks(make_service: MakeApp) -> None:
    old = b"GET /events HTTP/1.0\r\nHost: localhost\r\n\r\n"
    with running(make_service) as web, connected(web, old) as client:
        received = b""
        while b"id: 1-0\n\n" not in received:
            received += client.recv(65536)
        assert received.endswith(b"\r\n\r\nretry: 1000\n\nid: 1-0\n\n")
        web.stop.set()
        assert read_to_the_end(client).startswith(b"event: end\ndata: ")


def test_the_head_of_a_stream_opens_none(make_service: MakeApp) -> None:
    service = make_service(max_event_streams=1)
    for _ in range(2):
        answer = service.http.simulate_head("/events")
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-type"] == "text/event-stream"


def test_under_another_server_an_answer_ends_after_what_is_known_at_once(
    make_service: MakeApp,
) -> None:
    service = make_service(max_event_streams=1)
    first = service.http.simulate_get("/events")
    assert first.text == "retry: 1000\n\nid: 1-0\n\n"
    service.client.ring.changed(failed(job_id="seen"))
    again = service.http.simulate_get("/events", headers={"Last-Event-ID": "1-0"})
    (data,) = [line for line in again.text.splitlines() if line.startswith("data: ")]
    assert msgspec.json.decode(data.removeprefix("data: "))["job_id"] == "seen"


def test_a_service_without_its_supervisor_says_so(make_service: MakeApp) -> None:
    service = make_service(max_event_streams=1)
    service.client.away = True
    for _ in range(2):
        answer = service.http.simulate_get("/events")
        assert (answer.status_code, answer.json["code"]) == (503, "supervisor_away")
