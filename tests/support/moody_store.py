"""An S3 server behind a gate with moods: it fails, it is slow, it hangs up in the middle."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from support.patience import WAIT_S

WELL, FAILS, SLOW, CUTS_OFF = "well", "fails", "slow", "cuts off"
_HOP = {"connection", "transfer-encoding", "content-length", "content-encoding", "server", "date"}


class MoodyStore:
    """`mood` is that of every request from now on; `slow_s`: how long one then waits."""

    slow_s = 1.5

    def __init__(self, behind: str) -> None:
        self.mood = WELL
        self.asked = 0
        self._behind = httpx.Client(base_url=behind, timeout=WAIT_S)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join(20)
        self._server.server_close()
        self._behind.close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        store = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except ConnectionError:
                    self.close_connection = True

            def parse_request(self) -> bool:
                if not super().parse_request():
                    return False
                store.answer(self)
                # Answered, whatever its method.
                return False

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        return Handler

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked += 1
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        mood = self.mood
        if mood == FAILS:
            request.send_error(500)
            request.close_connection = True
            return
        if mood == SLOW:
            time.sleep(self.slow_s)
        answer = self._behind.request(
            request.command, request.path, headers=dict(request.headers), content=body
        )
        request.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in _HOP:
                request.send_header(name, value)
        length = answer.headers.get("Content-Length", str(len(answer.content)))
        request.send_header("Content-Length", length)
        request.end_headers()
        data = answer.content
        if mood == CUTS_OFF:
            data, request.close_connection = data[: len(data) // 2], True
        request.wfile.write(data)


@contextmanager
def moody_store(behind: str) -> Iterator[MoodyStore]:
    """One in front of the server at `behind`."""
    store = MoodyStore(behind)
    try:
        yield store
    finally:
        store.close()
