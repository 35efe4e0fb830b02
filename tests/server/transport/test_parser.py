"""What is made of a head again is what waitress makes of it."""

from typing import Any

import pytest
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser

from gristmill.schemas.configuration.settings import Settings
from gristmill.server.transport.channel import channel_for
from gristmill.server.transport.parser import _MOST, Terms

LINES = (b"Host: x", b"Content-Type: application/json", b"X-Odd:  a ", b"X-Odd: b")


def head(*more: bytes, first: bytes = b"POST /ingest HTTP/1.1", length: int = 2) -> bytes:
    lines = (first, *LINES, b"Content-Length: %d" % length, *more)
    return b"".join(line + b"\r\n" for line in lines) + b"\r\n"


class Web:
    """The parsers of one event loop."""

    def __init__(self) -> None:
        self.type = channel_for(Terms(Settings(max_body_bytes=1000))).parser_type
        self.adjustments = Adjustments()

    @property
    def known(self) -> int:
        return len(self.type.terms.heads._known)

    def parsed(self, data: bytes) -> Any:
        parser = self.type(self.adjustments)
        while data and not parser.completed:
            data = data[parser.received(data) :]
        return parser


def seen(parser: Any) -> dict[str, object]:
    """All that a request says, and its body."""
    said = {k: v for k, v in vars(parser).items() if k not in ("adj", "body_rcv")}
    return {**said, "body": parser.get_body_stream().read()}


@pytest.mark.parametrize(
    "data",
    [
        head(),
        head(length=0),
        head(b"Connection: close"),
        head(b"Expect: 100-continue"),
        head(first=b"POST /ingest?collection=a%20b HTTP/1.0"),
        head(first=b"GET /ingest HTTP/1.1"),
        head(b"Idempotency-Key: k"),
    ],
)
def test_the_second_time_is_as_the_first(data: bytes) -> None:
    web = Web()
    first, second = seen(web.parsed(data + b"{}")), seen(web.parsed(data + b"[]"))
    assert first.pop("body") in (b"", b"{}") and second.pop("body") in (b"", b"[]")
    assert first == second


def test_waitress_parses_the_same_head_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    web = Web()
    parsed: list[bytes] = []
    real = HTTPRequestParser.parse_header

    def parse_header(self: HTTPRequestParser, data: bytes) -> None:
        parsed.append(data)
        real(self, data)

    monkeypatch.setattr(HTTPRequestParser, "parse_header", parse_header)
    for data in (head(), head(), head(length=3), head()):
        web.parsed(data + b"{} ")
    assert len(parsed) == 2


def test_a_body_and_the_headers_of_one_request_are_not_those_of_the_next() -> None:
    web = Web()
    first = web.parsed(head() + b"{}")
    first.headers["X_ODD"] = "changed"
    second = web.parsed(head() + b"[]")
    assert web.known == 1
    assert (second.get_body_stream().read(), second.headers["X_ODD"]) == (b"[]", "a, b")


def test_heads_that_hardly_come_twice_are_not_kept() -> None:
    web = Web()
    web.parsed(head(b"Idempotency-Key: k") + b"{}")
    web.parsed(head(b"X-Long: " + b"x" * 1000) + b"{}")
    web.parsed(head(first=b"GET /ingest HTTP/1.1", length=0))
    web.parsed(head(b"Content-Length: 3") + b"{}")  # two lengths: refused
    assert web.known == 0


def test_only_so_many_are_kept() -> None:
    web = Web()
    for number in range(_MOST + 10):
        web.parsed(head(b"X-Number: %d" % number) + b"{}")
    assert web.known == _MOST
