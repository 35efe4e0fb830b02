"""Requests with two readings, or none: refused, and the connection is closed behind them."""

import pytest
from support.attacking import said, statuses, unharmed
from support.running import Service

HEAD = b"POST /ingest HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
BODY = b'{"sources":[{"type":"text","text":"framed"}]}'
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


def chunks(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def lengths(*values: bytes) -> bytes:
    fields = b"".join(b"Content-Length: " + value + b"\r\n" for value in values)
    return HEAD + fields + b"\r\n" + BODY + HIDDEN


REFUSED = {
    "length and chunked": HEAD + LENGTH + CHUNKED + b"\r\n" + chunks(BODY) + HIDDEN,
    "chunked and length": HEAD + CHUNKED + LENGTH + b"\r\n" + chunks(BODY) + HIDDEN,
    "two lengths": lengths(b"5", b"45"),
    "one length twice": lengths(b"45", b"45"),
    "a list of lengths": lengths(b"45, 45"),
    "+45": lengths(b"+45"),
    "-1": lengths(b"-1"),
    "0x2d": lengths(b"0x2d"),
    "4_5": lengths(b"4_5"),
    "other digits": lengths("٤٥".encode()),
    "5,000 digits": lengths(b"9" * 5000),
    "chunked twice": HEAD + CHUNKED * 2 + b"\r\n" + chunks(BODY) + HIDDEN,
    "chunked, chunked": HEAD + CHUNKED[:-2] + b", chunked\r\n\r\n" + chunks(BODY) + HIDDEN,
    "chunked, identity": HEAD + CHUNKED[:-2] + b", identity\r\n\r\n" + chunks(BODY) + HIDDEN,
    "xchunked": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n" + chunks(BODY) + HIDDEN,
    "vertical tab": HEAD + b"Transfer-Encoding: \x0bchunked\r\n\r\n" + chunks(BODY) + HIDDEN,
    "an underscore": HEAD + LENGTH + b"Transfer_Encoding: chunked\r\n\r\n" + BODY + HIDDEN,
    "space before the colon": HEAD + b"Content-Length : 3\r\n\r\n" + BODY + HIDDEN,
    "a folded line": HEAD + LENGTH + b"X-A: b\r\n c\r\n\r\n" + BODY + HIDDEN,
    "bare LF": (HEAD + LENGTH).replace(b"\r\n", b"\n") + b"\n" + BODY + HIDDEN,
    "bare CR": HEAD + LENGTH + b"X-A: b\rContent-Length: 3\r\n\r\n" + BODY + HIDDEN,
    "NUL": HEAD + LENGTH + b"X-A: b\0c\r\n\r\n" + BODY + HIDDEN,
    "chunk -5": HEAD + CHUNKED + b"\r\n-5\r\nhello\r\n0\r\n\r\n" + HIDDEN,
    "chunk 0x5": HEAD + CHUNKED + b"\r\n0x5\r\nhello\r\n0\r\n\r\n" + HIDDEN,
    "chunk 2^72": HEAD + CHUNKED + b"\r\n" + b"f" * 18 + b"\r\nhello\r\n0\r\n\r\n" + HIDDEN,
    "chunk too long": HEAD + CHUNKED + b"\r\n3\r\nhello\r\n0\r\n\r\n" + HIDDEN,
    "an extension of 20 KB": HEAD + CHUNKED + b"\r\n1;" + b"a" * 20_000 + b"\r\nx\r\n0\r\n\r\n",
    "an extension with LF": HEAD + CHUNKED + b"\r\n1;\n\r\nx\r\n0\r\n\r\n" + HIDDEN,
    "a trailer of 64 KB": HEAD + CHUNKED + b"\r\n1\r\nx\r\n0\r\n" + b"A: b\r\n" * 11_000 + b"\r\n",
    "HTTP/1.0, chunked": HEAD.replace(b"/1.1", b"/1.0") + CHUNKED + b"\r\n" + chunks(BODY),
    "HTTP/0.9": b"GET /healthz\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(200)) + b"\r\n\r\n",
    "SSH": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "a proxy's first line": b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + HIDDEN,
    "no Host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "two Hosts": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
    "Host and another target": b"GET http://other/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "userinfo": b"GET http://localhost@evil/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a head of 70 KB": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
    "1,500 headers": b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 1500 + b"\r\n",
    "length over all limits": HEAD + b"Content-Length: 99999999999\r\n\r\n" + BODY,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_two_readings_is_refused_once_and_nothing_behind_it_is_read(
    service: Service, name: str
) -> None:
    before = len(service.http.get("/ingest").json()["items"])
    with unharmed(service, 15.0):
        found = statuses(said(service, REFUSED[name]))
        assert len(found) <= 1 and all(400 <= status < 500 or status == 501 for status in found)
        # A client may be reset while it still sends; short ones are always told.
        assert found or len(REFUSED[name]) > 16_000
    assert len(service.http.get("/ingest").json()["items"]) == before


def test_a_pipeline_is_answered_in_order_and_a_fault_in_it_ends_it(service: Service) -> None:
    with unharmed(service, 10.0):
        pipeline = HIDDEN * 200 + REFUSED["two lengths"] + HIDDEN * 200
        assert statuses(said(service, pipeline)) == [200] * 200 + [400]
