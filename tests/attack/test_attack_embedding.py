"""An embedding service that the operator named, and that has fallen into other hands."""

import json
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest
from support.attacking import unharmed
from support.running import Service, running, text

KEY = "k3y-of-the-operator"
MIB = 1024 * 1024
TIMEOUT_S = 6


@cache
def _packed() -> bytes:
    made = zlib.compressobj(9, wbits=31)
    return b"".join(made.compress(bytes(16 * MIB)) for _ in range(16)) + made.flush()


class Hostile(BaseHTTPRequestHandler):
    """Does what the first word of the text says."""

    server: "Server"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        way = HOSTILE.get(body["input"][0].split()[0])
        with suppress(OSError):
            if way is None:
                self.tell(json.dumps(_rows(len(body["input"]))).encode())
            else:
                way(self)

    def do_GET(self) -> None:
        self.server.elsewhere += 1
        self.tell(b"{}")

    def tell(self, content: bytes, status: int = 200, **fields: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **fields}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def endlessly(self, piece: bytes, pause_s: float) -> None:
        while not self.server.over.wait(pause_s):
            self.wfile.write(piece)

    def log_message(self, *_: object) -> None:
        """Quiet."""


class Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hostile)
        self.over = threading.Event()
        self.elsewhere = 0


def _rows(count: int, width: int = 3) -> dict[str, object]:
    return {"data": [{"index": n, "embedding": [0.5] * width} for n in range(count)]}


def _drip(its: Hostile) -> None:
    its.send_response(200)
    its.end_headers()
    its.endlessly(b" ", 0.2)


def _heads(its: Hostile) -> None:
    its.wfile.write(b"HTTP/1.1 200 OK\r\n")
    its.endlessly(b"X-More: " + b"a" * 1000 + b"\r\n", 0)


def _flood(its: Hostile) -> None:
    its.send_response(200)
    its.end_headers()
    its.endlessly(b" " * MIB, 0)


def _bomb(its: Hostile) -> None:
    its.tell(_packed(), Content_Encoding="gzip")


def _elsewhere(its: Hostile) -> None:
    its.tell(b"", 302, Location=f"http://127.0.0.1:{its.server.server_port}/elsewhere")


def _echo(its: Hostile) -> None:
    its.tell(f"no entry with {its.headers['Authorization']}".encode(), 403)


HOSTILE: dict[str, Callable[[Hostile], None]] = {
    "drip": _drip,
    "heads": _heads,
    "flood": _flood,
    "bomb": _bomb,
    "elsewhere": _elsewhere,
    "echo": _echo,
    "nested": lambda its: its.tell(b'{"data":' + b"[" * 100_000),
    "wide": lambda its: its.tell(json.dumps(_rows(1, 1_000_000)).encode()),
    "many": lambda its: its.tell(json.dumps(_rows(300_000, 1)).encode()),
    "words": lambda its: its.tell(b'{"data":[{"index":0,"embedding":["a"]}]}'),
    "large": lambda its: its.tell(b'{"data":[{"index":0,"embedding":[1e308]}]}'),
    "colours": lambda its: its.tell(b"\x1b[31m\x00\xff\r\nX: y" * 50, 400),
    "nothing": lambda its: its.endlessly(b"\0" * 100, 0.2),
}


@pytest.fixture(scope="module")
def hostile() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.over.set()
        server.shutdown()


@pytest.fixture(scope="module")
def service(hostile: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("embedding")
    (folder / "key").write_text(KEY)
    model = f"far=http://127.0.0.1:{hostile.server_port}/v1#m"
    flags = ("--embed-model", model, "--embed-key-file", str(folder / "key"))
    with running(
        folder / "data", *flags, "--workers", "2", "--timeout-s", str(TIMEOUT_S), env=OWN
    ) as service:
        yield service


OWN = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
EMBED = {"steps": [{"name": "embed", "options": {}}]}


def _embedded(service: Service, said: str) -> dict[str, object]:
    job = service.accepted(text(f"{said} of the mill", f"{said}.txt"), options=EMBED)
    service.ended(job)
    (row,) = service.ledger(job)
    return row


@pytest.mark.parametrize("way", sorted(HOSTILE))
def test_what_it_answers_costs_one_document_and_is_said(service: Service, way: str) -> None:
    with unharmed(service, 60):
        row = _embedded(service, way)
    assert row["state"] == ("succeeded" if way == "large" else "failed"), row
    if row["state"] == "failed":
        assert row["code"] in ("step_failed", "timeout"), row
        message = str(row["message"])
        assert len(message) < 500 and message.isprintable(), message


def test_the_next_document_is_read_as_ever(service: Service) -> None:
    assert _embedded(service, "friendly")["state"] == "succeeded"


def test_the_key_is_in_no_answer_no_log_and_no_file(
    service: Service, hostile: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    row = _embedded(service, "echo")
    assert "403" in str(row["message"])
    data = Path(service.data)
    kept = [path for path in data.rglob("*") if path.is_file()]
    assert [path for path in [*kept, service.log] if KEY.encode() in path.read_bytes()] == []


def test_where_it_sends_us_nobody_goes(service: Service, hostile: Server) -> None:
    assert "302" in str(_embedded(service, "elsewhere")["message"])
    assert hostile.elsewhere == 0


def test_workers_stay_small(service: Service) -> None:
    for way in ("bomb", "flood", "wide"):
        _embedded(service, f"{way} ")
    largest = max(psutil.Process(pid).memory_info().rss for pid in service.workers())
    assert largest < 600 * MIB
