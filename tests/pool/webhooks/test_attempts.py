"""One attempt: what is sent, what is not followed, what is not waited for."""

import base64
import hashlib
import hmac
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook
from support.job_samples import queued
from support.patience import WAIT_S
from support.receiving import receiving

from gristmill.pool.outbound.addresses import AddressRefused, Reach, resolved
from gristmill.pool.webhooks.receivers import Receivers
from gristmill.pool.webhooks.sending import Parcel, send
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.open_addresses import networks_of
from gristmill.schemas.problems.errors import StorageFailed
from gristmill.schemas.webhooks import Delivery, delivery_of
from gristmill.storage.stores import Stores

HERE = networks_of(["127.0.0.0/8"])


def parcel(url: str) -> Parcel:
    return Parcel(url, b'{"a": 1}', {"webhook-id": "m"})


def test_what_is_sent_arrives_with_its_headers_and_its_host() -> None:
    with receiving(204) as receiver:
        tried = send(parcel(f"{receiver.url}?token=x"), HERE)
    assert (tried.status, tried.error) == (204, None)
    (came,) = receiver.received
    assert (came.path, came.body) == ("/ended?token=x", b'{"a": 1}')
    assert came.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert came.headers["webhook-id"] == "m"
    assert came.headers["content-type"] == "application/json"


@pytest.mark.parametrize("status", [400, 410, 500, 503])
def test_another_answer_is_an_error(status: int) -> None:
    with receiving(status) as receiver:
        tried = send(parcel(receiver.url), HERE)
    assert (tried.status, tried.error) == (status, f"it answers {status}")


def test_a_redirect_is_not_followed() -> None:
    with receiving() as elsewhere:

        def redirect(request: BaseHTTPRequestHandler) -> None:
            request.send_response(307)
            request.send_header("Location", elsewhere.url)
            request.send_header("Content-Length", "0")
            request.end_headers()

        with receiving(redirect) as receiver:
            tried = send(parcel(receiver.url), HERE)
        assert tried.status == 307 and "not followed" in (tried.error or "")
        assert elsewhere.received == []


def test_an_answer_without_end_is_read_to_a_small_part() -> None:
    sent = threading.Event()

    def flood(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            while True:
                request.wfile.write(b"x" * 65536)
        except OSError:
            sent.set()

    with receiving(flood) as receiver:
        assert send(parcel(receiver.url), HERE).status == 200
        assert sent.wait(WAIT_S)


def test_who_answers_a_byte_now_and_then_is_given_up_in_time() -> None:
    over = threading.Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        try:
            while not over.wait(0.02):
                request.wfile.write(b"H")
                request.wfile.flush()
        except OSError:
            pass

    with receiving(drip) as receiver:
        began = time.monotonic()
        tried = send(parcel(receiver.url), HERE, total_s=0.3)
        over.set()
    assert tried.status is None and tried.error is not None
    assert time.monotonic() - began < WAIT_S


def raw(*pieces: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """Says so, byte by byte as it is here, and hangs up."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        for piece in pieces:
            request.wfile.write(piece)
        request.close_connection = True

    return answer


BROKEN = {
    "shorter than said": b"Content-Length: 99\r\n\r\nok",
    "chunks of nothing": b"Transfer-Encoding: chunked\r\n\r\nzz\r\nok",
    "half a chunk": b"Transfer-Encoding: chunked\r\n\r\n5\r\nok",
    "a chunk's line without end": b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 70_000,
    "a length of nothing": b"Content-Length: -1\r\n\r\nok",
}


@pytest.mark.parametrize("body", BROKEN)
@pytest.mark.parametrize("status", [200, 410])
def test_the_status_counts_whatever_is_wrong_with_the_body(status: int, body: str) -> None:
    with receiving(raw(b"HTTP/1.1 %d So\r\n" % status, BROKEN[body])) as receiver:
        tried = send(parcel(receiver.url), HERE)
    assert (tried.status, tried.error is None) == (status, status == 200)


def test_a_body_that_does_not_come_keeps_nobody_waiting() -> None:
    over = threading.Event()

    def hold(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "9")
        request.end_headers()
        over.wait(60)

    with receiving(hold) as receiver:
        began = time.monotonic()
        tried = send(parcel(receiver.url), HERE, total_s=60)
        over.set()
    assert (tried.status, tried.error) == (200, None)
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    "piece",
    [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Hints\r\nA: b\r\n\r\n", b"x" * 99, b"\r\n"],
)
def test_an_answer_that_never_comes_to_the_point_is_given_up_after_a_few_bytes(
    piece: bytes,
) -> None:
    def go_on(request: BaseHTTPRequestHandler) -> None:
        try:
            while True:
                request.wfile.write(piece * 500)
        except OSError:
            pass

    with receiving(go_on) as receiver:
        began = time.process_time()
        tried = send(parcel(receiver.url), HERE, total_s=60)
        used = time.process_time() - began
    assert tried.error is not None and tried.status in (None, 103)
    assert used < 2


def test_a_url_that_nobody_could_have_given_is_an_error_and_ends_no_thread() -> None:
    for url in ("http://127.0.0.1:99999/", "http://[::1/", "http://127.0.0.1:1/\x7f ä"):
        assert send(parcel(url), HERE).error is not None


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/"])
def test_what_is_not_public_is_not_called(url: str) -> None:
    tried = send(parcel(url), ())
    assert tried.status is None and "no public address" in (tried.error or "")


def test_nobody_there_is_said() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        tried = send(parcel(f"http://127.0.0.1:{free.getsockname()[1]}/"), HERE)
    assert "cannot be reached" in (tried.error or "")


def test_what_speaks_no_tls_gets_nothing_by_https() -> None:
    with receiving() as receiver:
        tried = send(parcel(receiver.url.replace("http:", "https:")), HERE)
    assert tried.status is None and tried.error and receiver.received == []


def test_a_name_is_resolved_once_and_what_was_looked_at_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, port: int, *rest: Any, **more: Any) -> Any:
        if host != "rebinding.test":
            return real(host, port, *rest, **more)
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "127.0.0.9"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    with receiving() as receiver:
        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        tried = send(parcel(f"http://rebinding.test:{receiver.port}/"), networks_of(["127.0.0.1"]))
    assert (tried.status, asked) == (204, ["rebinding.test"])
    assert receiver.received[0].headers["host"] == f"rebinding.test:{receiver.port}"


def test_a_name_with_a_public_and_another_address_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [(2, 1, 6, "", ("8.8.8.8", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **more: found)
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1"):
        resolved("two.test", 80, Reach((), "webhook_allow"))


def delivery() -> Delivery:
    end = queued(state=JobState.SUCCEEDED, collection="reports", metadata={"ä": "ö"})
    return delivery_of(end, "https://example.com/")


def test_the_secret_of_the_collection_signs_as_the_standard_says(tmp_path: Path) -> None:
    stores = Stores.open(tmp_path / "data")
    secret = stores.hooks.set("reports", "https://example.com/").secret
    sent = Receivers(stores, Settings()).parcel(delivery())
    assert Webhook(secret).verify(sent.body, dict(sent.headers))["type"] == "job.succeeded"
    # By the published text of the standard, without its library.
    key = base64.b64decode(secret.removeprefix("whsec_"))
    stamped = f"{sent.headers['webhook-id']}.{sent.headers['webhook-timestamp']}.".encode()
    digest = hmac.new(key, stamped + sent.body, hashlib.sha256).digest()
    assert sent.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


def test_the_secret_of_the_service_signs_for_other_collections(tmp_path: Path) -> None:
    stores, file = Stores.open(tmp_path / "data"), tmp_path / "secret"
    secret = "whsec_" + base64.b64encode(b"s" * 32).decode()
    file.write_text(f"{secret}\n")
    sent = Receivers(stores, Settings(webhook_secret_file=str(file))).parcel(delivery())
    assert Webhook(secret).verify(sent.body, dict(sent.headers))
    file.write_text("whsec_@")
    with pytest.raises(StorageFailed, match="holds no secret") as refused:
        Receivers(stores, Settings(webhook_secret_file=str(file))).parcel(delivery())
    assert "@" not in refused.value.message
