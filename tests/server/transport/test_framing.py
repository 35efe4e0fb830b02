"""What has two readings is refused; tables of what has, and of what has one."""

import random

import pytest
from support.cpu_time import within

from gristmill.server.transport import framing
from gristmill.server.transport.chunks import Chunks
from gristmill.server.transport.framing import chunk_size, trouble_with

HOST = b"Host: h\r\n"


def head(*fields: bytes, first: bytes = b"POST / HTTP/1.1", host: bytes = HOST) -> bytes:
    return first + b"\r\n" + host + b"".join(field + b"\r\n" for field in fields) + b"\r\n"


@pytest.mark.parametrize(
    "data",
    [
        head(b"Content-Length: 5", b"Transfer-Encoding: chunked"),
        head(b"Content-Length: 5", b"Content-Length: 5"),
        head(b"Content-Length: 5", b"content-length: 6"),
        head(b"Content-Length: 5, 5"),
        head(b"Content-Length: +5"),
        head(b"Content-Length: -5"),
        head(b"Content-Length: 1_0"),
        head(b"Content-Length: 0x5"),
        head(b"Content-Length: 5 5"),
        head(b"Content-Length:"),
        head(b"Content-Length: \xd9\xa1"),
        head(b"Content-Length: " + b"9" * 5_000),
        head(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"),
        head(b"Transfer-Encoding: chunked, chunked"),
        head(b"Transfer-Encoding: gzip, chunked"),
        head(b"Transfer-Encoding: chunked, identity"),
        head(b"Transfer-Encoding: \x0bchunked"),
        head(b'Transfer-Encoding: "chunked"'),
        head(b"Transfer-Encoding: "),
        head(b"Transfer-Encoding: chunked", first=b"POST / HTTP/1.0"),
        head(b"Transfer_Encoding: chunked"),
        head(b"Content_Length: 5"),
        head(b"Content-Length : 5"),
        head(b"Content-Length\t: 5"),
        head(b": 5"),
        head(b"no colon"),
        head(b"X: a", b" b"),
        head(b"X: a", b"\tb"),
        head(b"X: a\rContent-Length: 5"),
        head(b"X: a\nContent-Length: 5"),
        head(b"X: a\0b"),
        head(b" X: a", host=b""),
        head(host=b""),
        head(host=HOST * 2),
        head(host=b"Host: h, g\r\n"),
        head(host=b"Host: h/g\r\n"),
        head(host=b"Host: me@h\r\n"),
        head(host=HOST * 2, first=b"GET / HTTP/1.0"),
        head(first=b"GET /"),
        head(first=b"GET / HTTP/1.1 "),
        head(first=b"GET  / HTTP/1.1"),
        head(first=b"GET\t/ HTTP/1.1"),
        head(first=b"GET / HTTP/1.2"),
        head(first=b"GET / HTTP/2.0"),
        head(first=b"GET / http/1.1"),
        head(first=b"GET /\n HTTP/1.1"),
        head(first=b"GET http://other/ HTTP/1.1"),
    ],
)
def test_a_head_with_two_readings_is_refused(data: bytes) -> None:
    assert trouble_with(data)


@pytest.mark.parametrize(
    "data",
    [
        head(),
        head(b"Content-Length: 0"),
        head(b"content-LENGTH:\t5 \t"),
        head(b"Transfer-Encoding: Chunked"),
        head(b"Transfer-Encoding: gzip"),  # one reading: it is answered 501
        head(b"X:", b"X: ", b"X: \xe9", b"X_Y: a: b"),
        head(first=b"GET http://h/a?b HTTP/1.1"),
        head(first=b"OPTIONS * HTTP/1.1"),
        head(first=b"GET / HTTP/1.0", host=b""),
        head(host=b"Host: [::1]:8000\r\n"),
        head(host=b"HOST: a-b.c:80\r\n"),
    ],
)
def test_a_head_with_one_reading_is_read(data: bytes) -> None:
    assert trouble_with(data) is None


@pytest.mark.parametrize(
    ("line", "size"),
    [
        (b"5", 5),
        (b"00aF", 175),
        (b"5;a", 5),
        (b'5;a=b;c="d\\"; e"', 5),
        (b"", None),
        (b"5 ", None),
        (b" 5", None),
        (b"+5", None),
        (b"-5", None),
        (b"0x5", None),
        (b"1_0", None),
        (b"5;", None),
        (b"5;a\n", None),
        (b"5\n", None),
        (b'5;a="b', None),
        (b"f" * 17, None),
    ],
)
def test_the_size_of_a_chunk_is_hexadecimal_and_nothing_else(line: bytes, size: int | None) -> None:
    assert chunk_size(line) == size


class Buffer:
    """What a body is put into."""

    def __init__(self) -> None:
        self.content = b""

    def append(self, piece: bytes) -> None:
        self.content += piece


def taken(body: bytes, at_once: int) -> tuple[bytes, str | None, int]:
    """The content, why it is refused, and how many bytes of `body` belong to it."""
    chunks = Chunks(Buffer())
    used = 0
    for first in range(0, len(body), at_once):
        if chunks.completed or chunks.trouble:
            break
        used += chunks.received(body[first : first + at_once])
    return chunks.buffer.content, chunks.trouble, used if chunks.completed else -1


@pytest.mark.parametrize("at_once", [1, 2, 3, 100])
@pytest.mark.parametrize(
    ("body", "content"),
    [
        (b"0\r\n\r\n", b""),
        (b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", b"abcde"),
        (b"2\r\n\r\n\r\n0\r\nX: y\r\nZ:\r\n\r\n", b"\r\n"),
    ],
)
def test_chunks_are_put_together_however_they_come(
    body: bytes, content: bytes, at_once: int
) -> None:
    assert taken(body + b"GET /", at_once) == (content, None, len(body))


def test_many_lines_after_the_last_chunk_cost_time_in_proportion() -> None:
    with within(0.3):
        _, trouble, _ = taken(b"0\r\n" + b"a:\r\n" * 8000, 100_000)
    assert trouble is None


@pytest.mark.parametrize("at_once", [1, 3, 100_000])
@pytest.mark.parametrize(
    "body",
    [
        b"3\r\nabcd\r\n0\r\n\r\n",
        b"3\r\nabc\n0\r\n\r\n",
        b"3\r\nabc0\r\n\r\n",
        b"3\nabc\r\n0\r\n\r\n",
        b"3\r\nabc\r\n\r\n0\r\n\r\n",
        b"3;\n\r\nabc\r\n0\r\n\r\n",
        b"0\r\nContent-Length : 3\r\n\r\n",
        b"0\r\n folded\r\n\r\n",
        b"0\r\nno colon\r\n\r\n",
        b"0\r\nX: a\rb\r\n\r\n",
        b"0\r\nX: a\n\r\n",
        b"0\r\nX: a\x0cb\r\n\r\n",
        b"0\r\n\x0c\r\n\r\n",
        b"0\r\n" + b"X: y\r\n" * 10_000,
        b"1" * 20_000,
    ],
)
def test_a_chunked_body_with_two_readings_is_refused(body: bytes, at_once: int) -> None:
    _, trouble, used = taken(body, at_once)
    assert trouble and used == -1


LINES = (
    *(HOST, b"host:g\r\n", b"Host: a b\r\n", b"X-Host: k\r\n", b"\rHost: q\r\n"),
    *(b"Content-Length: 5\r\n", b"Content-Length:5, 5\r\n", b"content-length : 5\r\n"),
    *(b"X-Content-Length: a\r\n", b"Content_Length: 5\r\n", b"Content-Length: +1\r\n"),
    *(b"Transfer-Encoding: chunked\r\n", b"X: a\r\n b\r\n", b"X: \x01\r\n", b"X: a\nb\r\n"),
    *(b"X: http://a\r\n", b"Y:\xe9\t\r\n"),
)


def test_the_short_look_at_a_plain_head_agrees_with_the_long_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dice = random.Random(1)
    firsts = (
        b"GET / HTTP/1.1",
        b"GET / HTTP/1.0",
        b"GET http://z/ HTTP/1.1",
        b"GET /a://b HTTP/1.1",
    )
    heads = [
        head(
            *(dice.choice(LINES)[:-2] for _ in range(dice.randrange(5))), first=dice.choice(firsts)
        )
        for _ in range(20_000)
    ]
    short = [trouble_with(data) for data in heads]
    monkeypatch.setattr(framing, "_is_plain", lambda _: False)
    assert short == [trouble_with(data) for data in heads]
