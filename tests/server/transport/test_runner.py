"""The application behind real sockets: bodies and heads at their limits, long polls, a stop."""

import http.client
import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from support.http_app import MakeApp
from support.patience import WAIT_S
from support.served import LIMIT, Web, running
from waitress.channel import HTTPChannel

from gristmill.schemas.jobs.sources import Spooled
from gristmill.schemas.problems.errors import PortInUse
from gristmill.server.transport.listening import listen, url_of


@pytest.fixture
def served(make_service: MakeApp) -> Iterator[Web]:
    with running(make_service) as web:
        yield web


def raw(port: int, *pieces: bytes) -> tuple[str, bytes]:
    """Send bytes as they are and read the answer until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=WAIT_S) as line:
        for piece in pieces:
            line.sendall(piece)
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.decode(), body


def refusal(answer: tuple[str, bytes], status: int, code: str) -> dict[str, Any]:
    head, body = answer
    assert head.startswith(f"HTTP/1.1 {status} "), head
    assert "Content-Type: application/problem+json" in head
    assert "Server: gristmill" in head
    problem: dict[str, Any] = json.loads(body)
    assert (problem["status"], problem["code"]) == (status, code)
    return problem


def test_a_small_answer_is_sent_in_one_piece(served: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[bytes] = []
    real = HTTPChannel.send

    def send(self: HTTPChannel, data: bytes, **more: object) -> object:
        pieces.append(data)
        return real(self, data, **more)

    monkeypatch.setattr(HTTPChannel, "send", send)
    head, body = raw(served.port, b"GET /healthz HTTP/1.0\r\n\r\n")
    assert head.startswith("HTTP/1.0 200") and body and len(pieces) == 1
    pieces.clear()
    head, body = raw(served.port, b"HEAD /healthz HTTP/1.0\r\n\r\n")
    assert head.startswith("HTTP/1.0 200") and not body and len(pieces) == 1


POST = b"POST /ingest?name=a HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"


def test_a_declared_body_over_the_limit_is_refused_before_it_is_sent(served: Web) -> None:
    head = POST + b"Content-Length: %d\r\n\r\n" % (LIMIT + 1)
    assert str(LIMIT) in refusal(raw(served.port, head), 413, "body_too_large")["detail"]


def test_a_client_that_sends_it_all_the_same_still_reads_the_refusal(served: Web) -> None:
    body = bytes(8_000_000)
    head = POST + b"Content-Length: %d\r\n\r\n" % len(body)
    refusal(raw(served.port, head, body), 413, "body_too_large")


def test_a_client_that_waits_for_100_continue_is_refused_instead(served: Web) -> None:
    head = POST + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % (LIMIT + 1)
    refusal(raw(served.port, head), 413, "body_too_large")


def test_a_chunked_body_is_refused_where_it_passes_the_limit(served: Web) -> None:
    piece = b"1000\r\n" + bytes(0x1000) + b"\r\n"
    head = POST + b"Transfer-Encoding: chunked\r\n\r\n"
    refusal(raw(served.port, head, piece * (LIMIT // 0x1000 + 1)), 413, "body_too_large")


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_exactly_the_limit_is_accepted(served: Web, chunked: bool) -> None:
    line = http.client.HTTPConnection("127.0.0.1", served.port, timeout=WAIT_S)
    pieces = [bytes(LIMIT // 2), bytes(LIMIT // 2)]
    line.request(
        "POST",
        "/ingest?name=a",
        body=iter(pieces) if chunked else b"".join(pieces),
        headers={"Content-Type": "text/plain"},
        encode_chunked=chunked,
    )
    answer = line.getresponse()
    job = json.loads(answer.read())
    assert answer.status == 202, job
    (source,) = served.service.client.manifest(job["job_id"]).sources
    assert isinstance(source, Spooled) and source.bytes == LIMIT
    line.close()


@pytest.mark.parametrize(
    ("request_bytes", "status", "code"),
    [
        (b"nonsense\r\n\r\n", 400, "invalid_request"),
        (b"GET / HTTP/1.1\r\nX: {limit.__class__} {0}\n\r\n\r\n", 400, "invalid_request"),
        (b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400, "invalid_request"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501, "not_implemented"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "invalid_request"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 300_000 + b"\r\n\r\n", 431, "headers_too_large"),
    ],
)
def test_what_is_no_http_is_refused_with_a_problem_too(
    served: Web, request_bytes: bytes, status: int, code: str
) -> None:
    head, body = raw(served.port, request_bytes)
    assert f" {status} " in head.split("\r\n")[0]
    assert "application/problem+json" in head
    assert json.loads(body)["code"] == code


def test_a_connection_serves_one_request_after_another(served: Web) -> None:
    line = http.client.HTTPConnection("127.0.0.1", served.port, timeout=WAIT_S)
    for path, status in (("/healthz", 200), ("/nowhere", 404), ("/ingest/x", 404), ("/", 200)):
        line.request("GET", path)
        answer = line.getresponse()
        answer.read()
        assert answer.status == status
    line.close()


def test_stopping_ends_a_long_poll_at_once_and_closes_idle_connections(
    make_service: MakeApp,
) -> None:
    with running(make_service) as web:
        line = http.client.HTTPConnection("127.0.0.1", web.port, timeout=WAIT_S)
        body = json.dumps({"sources": [{"type": "text", "text": "t"}]})
        line.request("POST", "/ingest", body, {"Content-Type": "application/json"})
        job = json.loads(line.getresponse().read())["job_id"]
        idle = socket.create_connection(("127.0.0.1", web.port), timeout=WAIT_S)
        line.request("GET", f"/ingest/{job}?wait=30")
        assert web.stopping.waited_for.wait(WAIT_S)
        web.stop.set()
        answer = line.getresponse()
        assert (answer.status, json.loads(answer.read())["state"]) == (202, "queued")
        web.thread.join(WAIT_S)
        assert not web.thread.is_alive()
        assert idle.recv(1) == b""
        idle.close()
        line.close()
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", web.port), timeout=WAIT_S)


def test_long_polls_never_take_more_than_half_of_the_threads(make_service: MakeApp) -> None:
    with running(make_service, web_threads=2) as web:
        lines = [
            http.client.HTTPConnection("127.0.0.1", web.port, timeout=WAIT_S) for _ in range(3)
        ]
        body = json.dumps({"sources": [{"type": "text", "text": "t"}]})
        lines[0].request("POST", "/ingest", body, {"Content-Type": "application/json"})
        job = json.loads(lines[0].getresponse().read())["job_id"]
        lines[0].request("GET", f"/ingest/{job}?wait=25")
        assert web.stopping.waited_for.wait(WAIT_S)
        for line in lines[1:]:
            line.request("GET", f"/ingest/{job}?wait=25")
            assert json.loads(line.getresponse().read())["state"] == "queued"
        web.service.client.end(job)
        assert json.loads(lines[0].getresponse().read())["state"] == "succeeded"
        for line in lines:
            line.close()


def test_a_port_in_use_is_one_sentence(served: Web) -> None:
    with pytest.raises(PortInUse, match=f"cannot listen on 127.0.0.1:{served.port}: another"):
        listen("127.0.0.1", served.port)
    with pytest.raises(PortInUse, match=r"cannot listen on no\.such\.host"):
        listen("no.such.host.invalid", 0)


def test_a_url_shows_where_a_socket_listens() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert url_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"
