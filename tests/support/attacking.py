"""What attackers have: lines of their own, other heads than clients send, and patience."""

import contextlib
import re
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import httpx
import psutil
from support.patience import WAIT_S, patient
from support.running import Service

from benchmarks.harness.percentiles import percentile

HOST = b"Host: localhost\r\n"
LINES = 4096
"""Connections that one attack may hold at once."""


@contextmanager
def many_lines() -> Iterator[None]:
    """May have LINES connections at once, where the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = LINES if hard == resource.RLIM_INFINITY else min(LINES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def request(line: str, *fields: str | bytes, body: bytes = b"", host: bytes = HOST) -> bytes:
    """One request by hand; the connection ends with its answer."""
    heads = [field.encode() if isinstance(field, str) else field for field in fields]
    if body:
        heads.append(b"Content-Length: %d" % len(body))
    heads.append(b"Connection: close")
    return b"\r\n".join([line.encode("latin-1"), host + b"\r\n".join(heads), b"", body])


def address(service: Service) -> tuple[str, int]:
    url = httpx.URL(str(service.http.base_url))
    assert url.port is not None
    return url.host, url.port


def line_to(
    service: Service, data: bytes = b"", *, receives: int | None = None, wait_s: float = WAIT_S
) -> socket.socket:
    """A connection on which `data` was sent. `receives` is the size of its receive buffer."""
    host, port = address(service)
    line = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    if receives:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
    line.settimeout(wait_s)
    line.connect((host, port))
    line.sendall(data)
    return line


def said(service: Service, data: bytes, wait_s: float = WAIT_S) -> bytes:
    """All that is answered to `data` until the service closes the connection. What it closes with
    a reset, after what could be read, is told the same."""
    received = b""
    with contextlib.suppress(ConnectionError), line_to(service, wait_s=wait_s) as line:
        with contextlib.suppress(ConnectionError):
            line.sendall(data)
        while piece := line.recv(65536):
            received += piece
    return received


def statuses(received: bytes) -> list[int]:
    """The final statuses of the answers, 100 left out."""
    found = re.findall(rb"HTTP/1\.[01] (\d{3}) ", received)
    return [int(status) for status in found if status != b"100"]


def web_process(service: Service) -> psutil.Process:
    return next(each for each in service.family() if "--ready-fd" in each.cmdline())


class Felt(NamedTuple):
    """What others felt, in seconds each."""

    probes: list[float]
    posts: list[float]

    def describe(self) -> str:
        return (
            f"{len(self.probes)} looks at /healthz: median {percentile(self.probes, 50) * 1e3:.0f}"
            f" ms, p99 {percentile(self.probes, 99) * 1e3:.0f} ms, worst"
            f" {max(self.probes) * 1e3:.0f} ms; {len(self.posts)} POST /ingest: median"
            f" {percentile(self.posts, 50) * 1e3:.0f} ms, p99"
            f" {percentile(self.posts, 99) * 1e3:.0f} ms, worst {max(self.posts) * 1e3:.0f} ms"
        )


class Others:
    """Two clients that go on meanwhile: one looks whether the service lives, one submits texts,
    each on a connection of its own. No answer may fail."""

    def __init__(self, service: Service, posts: bool = True) -> None:
        self._service, self._over = service, threading.Event()
        self._felt = Felt([], [])
        self._failed: list[str] = []
        self._threads = [threading.Thread(target=self._go, args=(self._felt.probes, self._probe))]
        if posts:
            self._threads.append(
                threading.Thread(target=self._go, args=(self._felt.posts, self._post))
            )

    def __enter__(self) -> Felt:
        for thread in self._threads:
            thread.start()
        return self._felt

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(2 * WAIT_S)
        assert not self._failed, self._failed[:3]

    def _go(self, times: list[float], call: Callable[[httpx.Client], httpx.Response]) -> None:
        while not self._over.is_set():
            begun = time.monotonic()
            try:
                # A connection each: new clients are what an attack keeps out.
                with httpx.Client(
                    base_url=self._service.http.base_url, timeout=WAIT_S, verify=False
                ) as http:
                    answer = call(http)
                if answer.status_code >= 300:
                    self._failed.append(answer.text)
            except httpx.HTTPError as error:
                self._failed.append(repr(error))
            times.append(time.monotonic() - begun)
            self._over.wait(0.02)

    def _probe(self, http: httpx.Client) -> httpx.Response:
        return http.get("/healthz")

    def _post(self, http: httpx.Client) -> httpx.Response:
        # A priority above what attackers send, and never the same text twice.
        text = {"type": "text", "text": f"a word of {time.monotonic_ns()}"}
        return http.post("/ingest", json={"sources": [text]})


@contextmanager
def unharmed(service: Service, within_s: float) -> Iterator[None]:
    """Afterwards the same web process serves, in the time that is given and patience allows;
    the log has no traceback and no fault of ours."""
    web, before = web_process(service), len(service.log.read_text(errors="replace"))
    begun = time.monotonic()
    yield
    took = time.monotonic() - begun
    assert took < patient(within_s), f"{took:.1f} s"
    assert service.http.get("/healthz").status_code == 200
    assert web.is_running()
    log = service.log.read_text(errors="replace")[before:]
    for word in ("Traceback", "uncaptured", "incident", "died"):
        assert word not in log, log[-2000:]
