"""Attacks on whoever fetches what others name: each ends soon, small, and where it began."""

import gzip
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from support.site import LOOPBACK, Page, site

from gristmill.pool.outbound.addresses import Reach
from gristmill.pool.outbound.answers import FetchFailed, Validators
from gristmill.pool.outbound.getting import Bounds, get
from gristmill.schemas.open_addresses import networks_of

HERE = Reach(networks_of([LOOPBACK]), "url_allow")
NOWHERE = Reach((), "url_allow")


def bounds(reach: Reach = HERE, limit: int = 1000, total_s: float = 10.0) -> Bounds:
    return Bounds(reach, limit, total_s)


def failed(url: str, how: Bounds | None = None) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        get(url, how or bounds())
    return caught.value


def test_a_document_comes_with_its_name_its_type_and_what_tells_of_changes() -> None:
    headers = {
        "Content-Type": "text/markdown; charset=utf-8",
        "Content-Disposition": 'attachment; filename="../../etc/notes.md"',
        "ETag": '"1"',
        "Last-Modified": "Mon, 30 Nov 2026 10:00:00 GMT",
    }
    with site({"/a?token=1": Page(b"# Notes", headers=headers)}) as there:
        url = there.url("/a?token=1")
        answer = get(url, bounds())
        assert (answer.data, answer.name, answer.media_type) == (
            b"# Notes",
            "notes.md",
            "text/markdown",
        )
        assert answer.validators == Validators(
            there.url("/a"), '"1"', "Mon, 30 Nov 2026 10:00:00 GMT"
        )
        assert get(url, bounds(), answer.validators).data is None
        assert "cookie" not in there.asked[0][1] and "authorization" not in there.asked[0][1]


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0"),
        *("[::1]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[::7f00:1]", "[64:ff9b::7f00:1]"),
        *("169.254.169.254", "10.0.0.1", "[fd00:ec2::254]", "[fe80::1]", "168.63.129.16"),
    ],
)
def test_no_way_to_write_an_address_leads_inside(host: str) -> None:
    with site({"/": Page(b"secret")}) as there:
        trouble = failed(f"http://{host}:{there.port}/", bounds(NOWHERE))
        assert trouble.refused and not trouble.passing and there.asked == []


@pytest.mark.parametrize(
    "location",
    [
        *("http://169.254.169.254/latest/meta-data/", "//10.0.0.1/", "http://[::ffff:10.0.0.1]/"),
        *("http://flour:hush@127.0.0.1/", "file:///etc/passwd", "ftp://127.0.0.1/", "http://a b/"),
    ],
)
def test_a_redirect_is_looked_at_as_the_first_request_was(location: str) -> None:
    with site({"/": Page(status=302, headers={"Location": location})}) as there:
        trouble = failed(there.url())
    assert trouble.refused and "hush" not in str(trouble), trouble


def test_redirects_end_in_a_circle_and_in_a_line() -> None:
    line = {f"/{n}": Page(status=301, headers={"Location": f"/{n + 1}"}) for n in range(50)}
    circle = {"/a": Page(status=307, headers={"Location": "/b"})}
    circle["/b"] = Page(status=307, headers={"Location": "/a#x"})
    with site({**line, **circle}) as there:
        assert "circle" in str(failed(there.url("/a"))) and len(there.asked) == 2
        assert "more than 5 times" in str(failed(there.url("/0"))) and len(there.asked) == 8


def test_a_name_that_leads_elsewhere_a_moment_later_leads_nowhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    real = socket.getaddrinfo

    def rebinding(host: str, port: int, *rest: Any, **more: Any) -> Any:
        if host != "rebinding.test":
            return real(host, port, *rest, **more)
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "169.254.169.254"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    with site({"/": Page(b"here"), "/again": Page(status=302, headers={"Location": "/"})}) as there:
        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        url = f"http://rebinding.test:{there.port}"
        assert get(f"{url}/", bounds()).data == b"here" and asked == ["rebinding.test"]
        asked.clear()
        # The second hop asks anew, and what it finds is looked at.
        assert failed(f"{url}/again").refused
        assert there.paths == ["/", "/again"]


def test_a_bomb_is_over_as_soon_as_it_is_too_large() -> None:
    packed = gzip.compress(bytes(50_000_000))
    with site({"/": Page(packed, headers={"Content-Encoding": "gzip"})}) as there:
        assert failed(there.url(), bounds(limit=100_000)).large
        sound = Page(gzip.compress(b"text"), headers={"Content-Encoding": "gzip"})
        there.pages["/"] = sound
        assert get(there.url(), bounds()).data == b"text"
        there.pages["/"] = sound._replace(body=sound.body[:-9])
        assert failed(there.url()).passing
        there.pages["/"] = sound._replace(headers={"Content-Encoding": "br"})
        assert "encoding" in str(failed(there.url()))


def pouring(head: bytes, piece: bytes, pause_s: float) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        with suppress(OSError):
            handler.wfile.write(head)
            for _ in range(1_000_000):
                handler.wfile.write(piece)
                time.sleep(pause_s)

    return answer


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 10_000),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 1000),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"x"),
    ],
)
def test_an_endless_body_is_too_large(head: bytes, piece: bytes) -> None:
    with site({"/": pouring(head, piece, 0.0)}) as there:
        assert failed(there.url()).large


def test_answers_that_never_begin_are_not_read_for_ever() -> None:
    with site({"/": pouring(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, 0.0)}) as there:
        assert failed(there.url()).passing


def test_a_slow_body_has_no_more_than_its_time() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"
    with site({"/": pouring(head, b"x", 0.02)}) as there:
        trouble = failed(there.url(), bounds(total_s=0.3))
        assert trouble.passing and "0.3 s" in str(trouble)


@pytest.mark.parametrize(
    ("status", "passing"), [(404, False), (410, False), (401, False), (429, True), (503, True)]
)
def test_what_may_pass_is_told_from_what_may_not(status: int, passing: bool) -> None:
    with site({"/": Page(b"no", status)}) as there:
        trouble = failed(there.url())
    assert trouble.passing is passing and str(status) in str(trouble)


def test_a_body_that_is_cut_off_may_come_whole_later() -> None:
    def cut(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    with site({"/": cut}) as there:
        assert failed(there.url()).passing
    assert failed(there.url()).passing, "nobody listens there now"
