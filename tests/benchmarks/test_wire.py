"""Answers off the wire, whole or in pieces."""

import socket

import pytest

from benchmarks.harness.wire import Connection, answer, line_statuses, request

PLAIN = b"HTTP/1.1 202 Accepted\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5\r\nhello\r\n8;ext=1\r\n, world!\r\n0\r\n\r\n"
)


@pytest.mark.parametrize(
    ("data", "expected"),
    [(PLAIN, ("202", b"hello")), (CHUNKED, ("200", b"hello, world!"))],
    ids=["length", "chunked"],
)
def test_an_answer_is_there_only_when_its_last_byte_is(
    data: bytes, expected: tuple[str, bytes]
) -> None:
    assert answer(data) == expected
    assert [answer(data[:size]) for size in range(len(data))] == [None] * len(data)


def test_each_line_of_a_batch_has_its_status() -> None:
    body = b'{"status": 202, "job_id": "x"}\n{"status":409}\n\n'
    assert line_statuses(body) == ["202", "409"]


def test_a_request_says_how_long_it_is() -> None:
    head, _, body = request("/ingest", "text/plain", b"four").partition(b"\r\n\r\n")
    assert head.startswith(b"POST /ingest HTTP/1.1\r\n")
    assert b"Content-Length: 4" in head
    assert body == b"four"


@pytest.mark.parametrize(("field", "is_last"), [(b"Connection: close\r\n", True), (b"", False)])
def test_a_server_may_hang_up_after_its_answer(field: bytes, is_last: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        connection = Connection(*server.getsockname())
        peer, _ = server.accept()
        with peer, connection.socket:
            peer.sendall(b"HTTP/1.1 200 OK\r\n" + field + b"Content-Length: 2\r\n\r\nok")
            assert connection.receive() == ("200", b"ok")
            assert connection.is_last is is_last
