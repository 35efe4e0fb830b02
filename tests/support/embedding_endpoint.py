"""A local server that stands for an OpenAI-compatible one."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Endpoint(ThreadingHTTPServer):
    """Answers `POST /v1/embeddings`: a text's vector is its length and its number of words.

    `script` holds answers that come first: a status, or bytes to send with 200.
    """

    def __init__(self, *script: int | bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = list(script)
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append({"path": self.path, **body})
        self.server.keys.append(self.headers["Authorization"])
        said = self.server.script.pop(0) if self.server.script else 200
        # In no order: each says which text it is of.
        items = [
            {"index": n, "embedding": [len(text), len(text.split())]}
            for n, text in enumerate(body["input"])
        ][::-1]
        answer = said if isinstance(said, bytes) else json.dumps({"data": items}).encode()
        self.send_response(said if isinstance(said, int) else 200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def endpoint(*script: int | bytes) -> Iterator[Endpoint]:
    with Endpoint(*script) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
