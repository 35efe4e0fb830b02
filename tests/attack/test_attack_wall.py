"""What a page of another origin can send, as browsers send it and as a pipeline would: nothing of
it reads or changes anything."""

import itertools
import re

import pytest
from support.attacking import request, said, statuses, unharmed
from support.running import Service, running, text

from gristmill.server.calls.tables.table import CALLS

KINDS = {
    "a rebound name": (b"Host: evil.example\r\n",),
    "a rebound name with a port": (b"Host: evil.example:8000\r\n",),
    "a name that begins like ours": (b"Host: localhost.evil.example\r\n",),
    "a name that ends like ours": (b"Host: evil-localhost\r\n",),
    "an address elsewhere": (b"Host: 192.0.2.1\r\n",),
    "an address in one number": (b"Host: 3221225985\r\n",),
    "another origin": (b"Host: localhost\r\n", "Origin: http://evil.example"),
    "no origin to name": (b"Host: localhost\r\n", "Origin: null"),
    "another port of ours": (b"Host: localhost\r\n", "Origin: http://localhost:1"),
    "an extension": (b"Host: localhost\r\n", "Origin: chrome-extension://abc"),
    "an image": (b"Host: localhost\r\n", "Sec-Fetch-Site: cross-site"),
    "a neighbour's image": (b"Host: localhost\r\n", "Sec-Fetch-Site: same-site"),
}
SIMPLE = ("text/plain", "multipart/form-data; boundary=b", "application/x-www-form-urlencoded")
"""The types that a page may send without asking first."""


def planted(service: Service) -> tuple[int, int]:
    jobs, documents = service.http.get("/ingest"), service.http.get("/documents")
    return len(jobs.json()["items"]), len(documents.json()["items"])


@pytest.mark.parametrize("kind", KINDS)
def test_no_call_answers_a_foreign_page_however_it_asks(service: Service, kind: str) -> None:
    job_id = service.accepted(text(f"for {kind}", "a.txt"))
    service.ended(job_id)
    document = service.http.get("/documents").json()["items"][0]["document_id"]
    before = planted(service)
    host, *fields = KINDS[kind]
    known = {"job_id": job_id, "document_id": document, "collection": "default", "number": "1"}
    body = (
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="p.txt"\r\n\r\nx\r\n--b--\r\n'
    )
    with unharmed(service, 20.0):
        for call in CALLS:
            path = re.sub(r"\{(\w+)\}", lambda part: known.get(part[1], "x"), call.path)
            for content_type in SIMPLE if call.method == "POST" else SIMPLE[:1]:
                heads = [*fields, f"Content-Type: {content_type}"]
                data = request(
                    f"{call.method} {path}?name=p HTTP/1.1",
                    *heads,
                    body=body if call.method == "POST" else b"",
                    host=host if isinstance(host, bytes) else host.encode(),
                )
                received = said(service, data)
                assert statuses(received) == [403], (call.line, received[:300])
                assert b"Access-Control" not in received
    assert planted(service) == before


def test_a_question_before_a_request_is_answered_with_no_permission(service: Service) -> None:
    for path, method in itertools.product(("/ingest", "/export", "/search"), ("POST", "DELETE")):
        data = request(
            f"OPTIONS {path} HTTP/1.1",
            "Origin: http://evil.example",
            f"Access-Control-Request-Method: {method}",
        )
        received = said(service, data)
        assert statuses(received) == [403] and b"Access-Control" not in received


def test_the_second_request_of_a_connection_passes_the_wall_like_the_first(
    service: Service,
) -> None:
    body = b'{"sources":[{"type":"text","text":"piggyback"}]}'
    head = b"POST /ingest HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
    mine = head % len(body) + b"Host: localhost\r\n\r\n" + body
    evil = head % len(body) + b"Host: evil.example\r\nConnection: close\r\n\r\n" + body
    with unharmed(service, 10.0):
        assert statuses(said(service, mine + evil))[1:] == [403]


def test_the_wall_stands_on_ipv6_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    try:
        with running(tmp_path_factory.mktemp("six") / "data", "--host", "::1") as six:
            for host in (b"[::1]", b"localhost", b"[0:0:0:0:0:0:0:1]:80"):
                data = request("GET /ingest HTTP/1.1", host=b"Host: " + host + b"\r\n")
                assert statuses(said(six, data)) == [200], host
            for host in (b"evil.example", b"[2001:db8::1]", b"192.0.2.1"):
                data = request("GET /ingest HTTP/1.1", host=b"Host: " + host + b"\r\n")
                assert statuses(said(six, data)) == [403], host
    except AssertionError as error:
        if "cannot listen" in str(error):
            pytest.skip("this machine has no IPv6 loopback")
        raise
