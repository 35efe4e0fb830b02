"""Keep-alive HTTP clients in one cheap process.

    python -m benchmarks.harness.clients ORDERS

`ORDERS` is JSON (`Orders`). Connects, prints `ready`, waits for a line, sends all requests, prints
one line of JSON (`Load`).
"""

import selectors
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator

import msgspec

from benchmarks.harness.texts import texts
from benchmarks.harness.wire import Connection, line_statuses, request


class Orders(msgspec.Struct, frozen=True):
    """`jobs` single-text jobs from `clients` connections. `batch` of them share a request, or
    each has its own where it is 0. Requests are sent one after the other on each connection, or
    at a fixed `rate` (a second, over all connections)."""

    host: str
    port: int
    clients: int
    jobs: int
    seed: int
    batch: int = 0
    rate: float = 0.0


class Load(msgspec.Struct, frozen=True):
    """What the clients saw. Times in seconds; `first` and `last` on the machine-wide monotonic
    clock: the first request sent, the last answer here. `statuses` counts jobs, of a batch that
    was refused as a whole its requests."""

    first: float
    last: float
    latencies: list[float]
    statuses: dict[str, int]


def main(orders: str) -> None:
    given = msgspec.json.decode(orders, type=Orders)
    requests = deque(_requests(given))
    connections = [Connection(given.host, given.port) for _ in range(given.clients)]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    load = _Drive(connections, requests, given.rate).run()
    sys.stdout.write(msgspec.json.encode(load).decode() + "\n")


def _requests(orders: Orders) -> Iterator[bytes]:
    bodies = [
        msgspec.json.encode({"sources": [{"type": "text", "text": text}]})
        for text in texts(orders.jobs, orders.seed)
    ]
    if not orders.batch:
        yield from (request("/ingest", "application/json", body) for body in bodies)
    for at in range(0, len(bodies) if orders.batch else 0, orders.batch or 1):
        lines = b"\n".join(bodies[at : at + orders.batch]) + b"\n"
        yield request("/ingest/batch", "application/x-ndjson", lines)


class _Drive:
    """With a `rate`, request n is due n/rate seconds after the start, whatever became of those
    before it; one that finds no free connection waits, and its wait counts."""

    def __init__(self, connections: list[Connection], requests: deque[bytes], rate: float) -> None:
        self._free, self._requests, self._rate = deque(connections), requests, rate
        self._selector = selectors.DefaultSelector()
        for connection in connections:
            self._listen(connection)
        self._latencies: list[float] = []
        self._statuses: Counter[str] = Counter()
        self._due: deque[float] = deque()

    def run(self) -> Load:
        first, started = time.monotonic(), time.perf_counter()
        open_requests = len(self._requests)
        if self._rate:
            self._due = deque(started + number / self._rate for number in range(open_requests))
        while len(self._latencies) < open_requests:
            self._send_due()
            for key, _ in self._selector.select(self._pause()):
                self._take(key.data)
        return Load(first, time.monotonic(), self._latencies, dict(self._statuses))

    def _send_due(self) -> None:
        while self._requests and self._free and self._pause() in (None, 0.0):
            due = self._due.popleft() if self._rate else None
            self._free.popleft().send(self._requests.popleft(), due)

    def _pause(self) -> float | None:
        """Seconds until a request is to be sent; None: only an answer can change anything."""
        if not (self._requests and self._free and self._rate):
            return None
        return max(0.0, self._due[0] - time.perf_counter())

    def _take(self, connection: Connection) -> None:
        found = connection.receive()
        if found is None:
            return
        status, body = found
        self._latencies.append(time.perf_counter() - connection.due)
        self._statuses.update(line_statuses(body) if status == "200" else [status])
        if connection.is_last:
            self._selector.unregister(connection.socket)
            connection.socket.close()
            connection.open()
            self._listen(connection)
        self._free.append(connection)

    def _listen(self, connection: Connection) -> None:
        self._selector.register(connection.socket, selectors.EVENT_READ, connection)


if __name__ == "__main__":
    main(*sys.argv[1:])
