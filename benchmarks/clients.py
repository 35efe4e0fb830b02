"""Keep-alive HTTP clients in one cheap process: raw sockets and no HTTP library, because they
share the machine with what they measure.

    python -m benchmarks.clients HOST PORT CLIENTS REQUESTS SEED

Connects, prints `ready`, waits for a line, sends all requests, prints one line of JSON (`Load`).
"""

import selectors
import socket
import sys
import time
from collections import Counter, deque

import msgspec

from benchmarks.texts import texts


class Load(msgspec.Struct, frozen=True):
    """What the clients saw. Times in seconds; `first` and `last` on the machine-wide monotonic
    clock: the first request sent, the last answer here."""

    first: float
    last: float
    latencies: list[float]
    statuses: dict[str, int]


class _Connection:
    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._received = b""

    def send(self, request: bytes) -> None:
        self._received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> str | None:
        """Take what has come; the status once the answer is whole."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server hung up")
        self._received += piece
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return None
        return self._received[9:12].decode()


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


def ingest_request(body: bytes) -> bytes:
    """A `POST /ingest` of a JSON body, as bytes for the wire."""
    return (
        b"POST /ingest HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    )


def _requests(count: int, seed: int) -> deque[bytes]:
    bodies = ({"sources": [{"type": "text", "text": text}]} for text in texts(count, seed))
    return deque(ingest_request(msgspec.json.encode(body)) for body in bodies)


def _drive(connections: list[_Connection], requests: deque[bytes]) -> Load:
    selector = selectors.DefaultSelector()
    latencies: list[float] = []
    statuses: Counter[str] = Counter()
    first = time.monotonic()
    for connection in connections:
        if requests:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(requests.popleft())
    while selector.get_map():
        for key, _ in selector.select():
            status = key.data.receive()
            if status is None:
                continue
            latencies.append(time.perf_counter() - key.data.sent_at)
            statuses[status] += 1
            if requests:
                key.data.send(requests.popleft())
            else:
                selector.unregister(key.fileobj)
    return Load(first, time.monotonic(), latencies, dict(statuses))


def main(host: str, port: str, clients: str, requests: str, seed: str) -> None:
    wanted = _requests(int(requests), int(seed))
    connections = [_Connection(host, int(port)) for _ in range(int(clients))]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(msgspec.json.encode(_drive(connections, wanted)).decode() + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
