"""A web site on loopback, whose pages may be as hostile as a test likes."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

LOOPBACK = "127.0.0.0/8"


class Page(NamedTuple):
    """What is answered at a path."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = {}


Answering = Page | Callable[[BaseHTTPRequestHandler], None]


class Site:
    """`pages` by path, which may be changed at any time; all else is 404. `asked` are the
    requests that came: paths with their headers, whose names are in small letters. A page with an
    `ETag` or `Last-Modified` is answered 304 where the request knows it."""

    def __init__(self, pages: Mapping[str, Answering]) -> None:
        self.pages = dict(pages)
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                site.asked.append((self.path, headers))
                page = site.pages.get(self.path, Page(b"not here", 404))
                if callable(page):
                    page(self)
                    return
                given = {name.lower(): value for name, value in page.headers.items()}
                known = (headers.get("if-none-match"), headers.get("if-modified-since"))
                if any(known) and known == (given.get("etag"), given.get("last-modified")):
                    page = Page(b"", 304)
                self.send_response(page.status)
                for name, value in page.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(page.body)))
                self.end_headers()
                self.wfile.write(page.body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@contextmanager
def site(pages: Mapping[str, Answering]) -> Iterator[Site]:
    """A site that answers."""
    made = Site(pages)
    thread = threading.Thread(target=made.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        thread.join(5.0)
