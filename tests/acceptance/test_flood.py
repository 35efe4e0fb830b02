"""The real service while clients do to it all at once what each alone must not be able to."""

import contextlib
import os
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import psutil
import pytest
from support.running import Service, until

HEALTHZ_S, WORST_S = 0.1, 5.0
"""The bound of most answers; one of many may wait for whatever else the machine does."""
WEB_BYTES = 400 * 1024 * 1024
EXPORT_MB = 12
HALF_HEADS, READERS, BODIES = 1000, 12, 6


@pytest.fixture
def busy(make_service: Callable[..., Service]) -> Service:
    """A service with a library of some megabytes."""
    service = make_service().start()
    words = b"water wheel and grinding stone " * 30 + b"\n\n"
    pieces = (b"%d " % n + words for n in range(EXPORT_MB * 1000))
    answer = service.http.post(
        "/ingest",
        params={"name": "long.txt"},
        content=b"".join(pieces),
        headers={"Content-Type": "text/plain"},
    )
    assert service.ended(answer.json()["job_id"])["state"] == "succeeded"
    return service


def address(service: Service) -> tuple[str, int]:
    url = httpx.URL(str(service.http.base_url))
    assert url.port is not None
    return url.host, url.port


def web_process(service: Service) -> psutil.Process:
    return next(p for p in service.family() if "web" in p.cmdline()[1:4] or "web" in p.cmdline())


def line_to(service: Service, data: bytes, receive_bytes: int | None = None) -> socket.socket:
    line = socket.socket()
    if receive_bytes:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    line.settimeout(20)
    line.connect(address(service))
    line.sendall(data)
    return line


def wide_body() -> bytes:
    """JSON of 40 MiB with a character that makes its text four times as wide."""
    return (
        b'{"sources":['
        + b",".join(
            b'{"type":"text","text":"\xf0\x9f\x92\xa9%s"}' % (b"x" * 10_000_000) for _ in range(4)
        )
        + b"]}"
    )


def send_bodies(service: Service, body: bytes, over: threading.Event) -> None:
    """The same again and again."""
    while not over.is_set():
        with contextlib.suppress(httpx.HTTPError):
            service.http.post("/ingest", content=body, headers={"Content-Type": "application/json"})


def timed(call: Callable[[], httpx.Response]) -> float:
    begun = time.monotonic()
    assert call().status_code < 500
    return time.monotonic() - begun


def test_nobody_is_kept_out_by_a_flood_of_everything(busy: Service) -> None:
    over, lines, body = threading.Event(), [], wide_body()
    senders = [threading.Thread(target=send_bodies, args=(busy, body, over)) for _ in range(BODIES)]
    web = web_process(busy)
    try:
        export = b"GET /export HTTP/1.1\r\nHost: localhost\r\n\r\n"
        lines += [line_to(busy, export, 4096) for _ in range(READERS)]
        refused = [line for line in lines if b" 503 " in line.recv(20)]
        assert len(refused) == READERS - 4  # max_streams
        lines += [line_to(busy, b"GET / HT") for _ in range(HALF_HEADS)]
        for sender in senders:
            sender.start()
        probes, posts, most = [], [], 0
        for n in range(40):
            with httpx.Client(base_url=busy.http.base_url, timeout=20) as http:
                probes.append(timed(partial(http.get, "/healthz")))
                text = {"sources": [{"type": "text", "text": f"text {n}"}]}
                posts.append(timed(partial(http.post, "/ingest", json=text)))
            most = max(most, web.memory_info().rss)
        assert statistics.median(probes) < HEALTHZ_S and max(probes) < WORST_S, sorted(probes)[-5:]
        assert statistics.median(posts) < 2.5 * HEALTHZ_S, sorted(posts)[-5:]
        assert most < WEB_BYTES
    finally:
        over.set()
        for line in lines:
            line.close()
        for sender in senders:
            if sender.ident:
                sender.join(30)
    assert busy.http.get("/readyz").status_code == 200


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_large_body_lies_in_the_data_folder_for_our_eyes_only(
    make_service: Callable[..., Service],
) -> None:
    service = make_service().start()
    head = b"POST /ingest?name=a HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
    folder = Path(f"/proc/{web_process(service).pid}/fd")
    with line_to(service, head + b"Content-Length: 400001\r\n\r\n" + bytes(400_000)) as line:
        bodies = os.fspath(service.data / "run" / "bodies")

        def files() -> list[Path]:
            return [fd for fd in folder.iterdir() if str(fd.readlink()).startswith(bodies)]

        found = until(files, "the body's file")
        assert found[0].stat().st_mode & 0o777 == 0o600
        line.sendall(b"x")
        assert b" 202 " in line.recv(1000)
    assert not list((service.data / "run" / "bodies").iterdir())


def test_bodies_that_are_refused_after_decoding_leave_no_memory_behind(
    make_service: Callable[..., Service],
) -> None:
    service = make_service().start()
    web, body = web_process(service), wide_body()
    for status in (202, *[409] * 4):
        answer = service.http.post(
            "/ingest", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == status
    assert web.memory_info().rss < WEB_BYTES // 2
