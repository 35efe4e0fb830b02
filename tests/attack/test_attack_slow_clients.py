"""Clients that hold what others need: lines, threads and answers that nobody reads."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest
from support.attacking import Others, line_to, unharmed
from support.patience import patient
from support.running import Service, text, until

HALF_HEADS, READERS, POLLS, PIPELINED = 1100, 12, 300, 300
WORST_S = 5.0
EXPORT = b"GET /export HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def library(service: Service) -> Service:
    """A library whose export is larger than what any buffer holds."""
    words = b"water wheel and grinding stone " * 40 + b"\n\n"
    answer = service.http.post(
        "/ingest?name=long.txt",
        content=b"".join(b"%d " % number + words for number in range(9000)),
        headers={"Content-Type": "text/plain"},
    )
    assert service.ended(answer.json()["job_id"])["state"] == "succeeded"
    return service


@contextlib.contextmanager
def sipping(lines: list[socket.socket]) -> Iterator[None]:
    """Each reads a little of its answer, again and again."""
    over = threading.Event()

    def sip() -> None:
        while not over.wait(0.5):
            for line in lines:
                with contextlib.suppress(OSError):
                    line.setblocking(False)
                    line.recv(4096)

    thread = threading.Thread(target=sip)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def felt_while_there_are(service: Service, lines: list[socket.socket], looks: int = 25) -> None:
    try:
        with Others(service) as felt:
            until(lambda: min(map(len, felt)) >= looks, "the looks of others")
        assert max(felt.probes) < patient(WORST_S), felt.describe()
        assert max(felt.posts) < patient(WORST_S), felt.describe()
    finally:
        for line in lines:
            line.close()


def test_readers_that_sip_hold_some_threads_and_nobody_up(library: Service) -> None:
    with unharmed(library, 60.0):
        lines = [line_to(library, EXPORT, receives=4096) for _ in range(READERS)]
        with sipping(lines):
            felt_while_there_are(library, lines)
        assert library.search("wheel")


def test_half_heads_beyond_all_connections_keep_nobody_out(service: Service) -> None:
    with unharmed(service, 60.0):
        lines = [line_to(service, b"GET / HT") for _ in range(HALF_HEADS)]
        felt_while_there_are(service, lines)


def test_half_bodies_beyond_all_connections_keep_nobody_out(service: Service) -> None:
    head = b"POST /ingest?name=a HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
    with unharmed(service, 60.0):
        data = head + b"Content-Length: 90000\r\n\r\n" + b"x" * 5000
        felt_while_there_are(service, [line_to(service, data) for _ in range(HALF_HEADS)])


def test_long_polls_by_hundreds_keep_nobody_out(service: Service) -> None:
    job_id = service.accepted(text("polled", "polled.txt"))
    service.ended(job_id)
    tag = service.http.get(f"/ingest/{job_id}").headers["ETag"]
    poll = f"GET /ingest/{job_id}?wait=30 HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: {tag}\r\n"
    with unharmed(service, 60.0):
        data = poll.encode() + b"\r\n"
        felt_while_there_are(service, [line_to(service, data) for _ in range(POLLS)])


@pytest.mark.parametrize("path", ["/search?q=wheel&limit=1000", "/healthz", "/ingest?limit=1000"])
def test_a_pipeline_whose_answers_nobody_reads_costs_nobody(library: Service, path: str) -> None:
    data = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() * PIPELINED
    with unharmed(library, 60.0):
        lines = [line_to(library, data, receives=4096) for _ in range(8)]
        felt_while_there_are(library, lines)
