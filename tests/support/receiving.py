"""A receiver of webhooks, on loopback."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

Answer = int | Callable[[BaseHTTPRequestHandler], None]


class Received(NamedTuple):
    """A request that came."""

    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """Answers its requests with `answers`, one after the other, the last one for ever: a status,
    or a function that answers itself."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers) or [204]
        self.received: list[Received] = []
        self._lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                with receiver._lock:
                    receiver.received.append(Received(self.path, headers, body))
                    first = receiver.answers[0]
                    if len(receiver.answers) > 1:
                        receiver.answers.pop(0)
                if callable(first):
                    first(self)
                    return
                self.send_response(first)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/ended"


@contextmanager
def receiving(*answers: Answer) -> Iterator[Receiver]:
    """A receiver that listens."""
    receiver = Receiver(*answers)
    thread = threading.Thread(target=receiver.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join(5.0)
