"""What no client of good will sends, to every call: a plain refusal or a plain answer, in no time,
and never a fault of ours."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from support.attacking import request, said, statuses, unharmed
from support.running import Service

from gristmill.server.calls.tables.table import CALLS

JSON, NDJSON = "Content-Type: application/json", "Content-Type: application/x-ndjson"
TASK = b'{"sources":[{"type":"text","text":"odd"}]}'
WRONG = {400, 403, 404, 405, 408, 409, 413, 415, 422, 431, 501}
FINE = {200, 202, 204, 304}


def post(body: bytes, *fields: str | bytes, to: str = "/ingest") -> bytes:
    return request(f"POST {to} HTTP/1.1", JSON, *fields, body=body)


def text(value: bytes = b'"odd"', more: bytes = b"") -> bytes:
    return post(b'{"sources":[{"type":"text","text":' + value + b"}]" + more + b"}")


def form(*parts: bytes, boundary: str = "b") -> bytes:
    kind = f"Content-Type: multipart/form-data; boundary={boundary}"
    return request("POST /ingest HTTP/1.1", kind, body=b"".join(parts))


def part(head: bytes, content: bytes = b"x") -> bytes:
    return b"--b\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + content + b"\r\n"


def batch(body: bytes) -> bytes:
    return request("POST /ingest/batch HTTP/1.1", NDJSON, body=body)


def get(path: str, *fields: str | bytes) -> bytes:
    return request(f"GET {path} HTTP/1.1", *fields)


def raw(query: str) -> bytes:
    return request(f"POST /ingest?{query} HTTP/1.1", "Content-Type: text/plain", body=b"raw " * 9)


def cursor(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


FILE, END = part(b'name="f"; filename="a.txt"'), b"--b--\r\n"
BODIES: dict[str, tuple[bytes, set[int]]] = {
    "arrays 100,000 deep": (post(b"[" * 100_000), WRONG),
    "objects 60,000 deep": (post(b'{"a":' * 60_000), WRONG),
    "metadata too deep": (
        text(more=b',"metadata":{"a":' + b"[" * 50_000 + b"]" * 50_000 + b"}"),
        WRONG,
    ),
    "a name twice": (text(more=b',"sources":[],"sources":[{"type":"text","text":"x"}]'), WRONG),
    "1e400": (text(more=b',"metadata":{"a":1e400}'), WRONG),
    "5,000 digits": (text(more=b',"metadata":{"a":1' + b"0" * 5000 + b"}"), WRONG),
    "a priority of 400 digits": (text(more=b',"priority":1' + b"0" * 400), WRONG),
    "NaN": (text(more=b',"timeout_s":NaN'), WRONG),
    "half a character": (text(b'"\\ud800"'), WRONG),
    "half a character in a name": (text(more=b',"metadata":{"\\ud800":1}'), WRONG),
    "no UTF-8": (text(b'"\xff\xfe"'), WRONG),
    "UTF-16": (post(TASK.decode().encode("utf-16")), WRONG),
    "NUL": (text(b'"a\\u0000b"'), FINE),
    "a collection that climbs": (text(more=b',"collection":"../../etc"'), FINE),
    "a collection with NUL": (text(more=b',"collection":"a\\u0000"'), WRONG),
    "metadata of 100,000 names": (
        text(more=b',"metadata":{' + b",".join(b'"k%d":1' % n for n in range(100_000)) + b"}"),
        WRONG,
    ),
    "10,001 sources": (
        post(b'{"sources":[' + b",".join([b'{"type":"text","text":"x"}'] * 10_001) + b"]}"),
        WRONG,
    ),
    "50,000 steps": (
        text(more=b',"options":{"steps":[' + b",".join([b'"x"'] * 50_000) + b"]}"),
        WRONG,
    ),
    "a service of the machine": (text(more=b',"webhook":"http://169.254.169.254/"'), WRONG),
    "a URL of a file": (post(b'{"sources":[{"type":"url","url":"file:///etc/passwd"}]}'), WRONG),
    "a path that climbs": (post(b'{"sources":[{"type":"path","path":"../../etc"}]}'), WRONG),
    "a path with NUL": (post(b'{"sources":[{"type":"path","path":"/tmp/\\u0000"}]}'), WRONG),
    "a path of 80 KB": (
        post(b'{"sources":[{"type":"path","path":"/' + b"a/" * 40_000 + b'"}]}'),
        WRONG,
    ),
    "nothing": (post(b""), WRONG),
    "null": (post(b"null"), WRONG),
    "a key of 10 KB": (post(TASK, "Idempotency-Key: " + "k" * 10_000), WRONG),
    "two keys": (post(TASK, "Idempotency-Key: a", "Idempotency-Key: b"), WRONG),
    "a key that climbs": (post(TASK, "Idempotency-Key: ../../../../etc/passwd"), FINE),
    "a key of bytes": (post(TASK, b"Idempotency-Key: \xe9\xff"), WRONG),
    "a body of gzip": (post(TASK, "Content-Encoding: gzip"), WRONG),
    "no type": (request("POST /ingest HTTP/1.1", body=TASK), WRONG),
    "a broken type": (
        request("POST /ingest HTTP/1.1", b"Content-Type: ;;=,\xff", body=TASK),
        WRONG,
    ),
    "a form without a boundary": (
        request("POST /ingest HTTP/1.1", "Content-Type: multipart/form-data", body=FILE),
        WRONG,
    ),
    "a boundary of 5,000": (form(FILE, boundary="b" * 5000), WRONG),
    "a form that never ends": (form(FILE * 3), WRONG),
    "20,000 files": (form(FILE * 20_000, END), WRONG),
    "20,000 fields": (form(part(b'name="x"') * 20_000, END), WRONG),
    "a part's head of 1 MB": (form(part(b'name="f"; x="' + b"a" * 1_000_000 + b'"'), END), WRONG),
    "a part of 50,000 headers": (form(part(b"name=f\r\n" + b"X: a\r\n" * 50_000), END), WRONG),
    "a head of quotes": (form(part(b';a="\\' * 100_000), END), WRONG),
    "a form in a form": (
        form(
            part(
                b'name="f"; filename="a"\r\nContent-Type: multipart/mixed; boundary=c',
                b"--c\r\n\r\nx\r\n--c--",
            ),
            END,
        ),
        FINE,
    ),
    "a file name that climbs": (form(part(b'name="f"; filename="../../../etc/x"'), END), FINE),
    "a file name with NUL": (form(part(b'name="f"; filename="a\0b"'), END), FINE),
    "a file name in a codec": (form(part(b"name=f; filename*=zlib_codec''abc"), END), WRONG),
    "a file name in IDNA": (form(part(b"name=f; filename*=idna''" + b"a" * 5000), END), WRONG),
    "a field in a codec": (
        form(part(b'name="collection"\r\nContent-Type: text/plain; charset=zlib'), FILE, END),
        WRONG | FINE,
    ),
    "a field of 10 MB": (form(part(b'name="collection"', b"c" * 10_000_000), FILE, END), WRONG),
    "deep metadata in a field": (form(part(b'name="metadata"', b"[" * 50_000), FILE, END), WRONG),
    "a name with NUL": (raw("name=a%00b"), FINE),
    "a name that climbs": (raw("name=..%2f..%2fx"), FINE),
    "a name of no characters": (raw("name=%ff%fe%ed%a0%80"), FINE),
    "a name of 9,000": (raw("name=" + "a" * 9000), WRONG),
    "infinite time": (raw("name=a&timeout_s=inf"), WRONG),
    "no number of seconds": (raw("name=a&timeout_s=nan"), WRONG),
    "5,000 lines of x": (batch(b"x\n" * 5000), FINE),
    "200,000 lines of x": (batch(b"x\n" * 200_000), FINE),
    "5,000,000 blank lines": (batch(b"\n" * 5_000_000), WRONG),
    "2,000,000 blank lines of another kind": (batch(b" \r\n" * 2_000_000), WRONG),
    "a line 100,000 deep": (batch(b"[" * 100_000), FINE),
    "a line of 20 MB": (batch(b"x" * 20_000_000), FINE),
    "lines of NUL": (batch(b"\0\n" * 5000), FINE),
    "a line's key of 10 KB": (
        batch(TASK[:-1] + b',"idempotency_key":"' + b"k" * 10_000 + b'"}'),
        FINE,
    ),
}
PATHS: dict[str, set[int]] = {
    "/ingest/" + "a" * 10_000: WRONG,
    "/ingest/%00": WRONG,
    "/ingest/..%2f..%2fjobs": WRONG,
    "/ingest/*": WRONG,
    "/documents/%ed%a0%80": WRONG,
    "/documents/%2e%2e%2f%2e%2e/chunks": WRONG,
    "/documents/\xff\xfe": WRONG,
    "/../../etc/passwd": WRONG,
    "/ingest%00": WRONG,
    "/ingest%0d%0aX:%20y": WRONG,
    "/%": WRONG,
    "//evil.example/ingest": WRONG,
    "/documents?after=zzz": WRONG,
    "/documents?after=" + "A" * 12_000: WRONG,
    "/documents?after=%00": WRONG,
    "/ingest?after=" + cursor(b"[" * 6000): WRONG,
    "/documents?after=" + cursor(b"[1" + b"0" * 40 + b",1]"): WRONG,
    "/documents?after=" + cursor(b'["\\ud800","\\ud800"]'): WRONG,
    "/documents?after=" + cursor(b"null"): WRONG,
    "/documents?limit=1" + "0" * 5000: WRONG,
    "/documents?limit=%D9%A1": WRONG,
    "/documents?limit=1_0": WRONG,
    "/ingest/0?wait=nan": WRONG,
    "/ingest/0?wait=" + "9" * 5000: WRONG,
    "/search?q=" + "%22" * 501: WRONG,
    "/search?q=" + "(" * 1900: WRONG,
    "/search?q=" + "a+" * 999: FINE,
    "/search?q=" + "a" * 9000: WRONG,
    "/search?q=%ed%a0%80": WRONG,
    "/search?q=a%00b": FINE,
    "/search?q=NEAR(a+b,+99999999999)": FINE,
    "/search?q=%7Bt+h%7D:a+OR+-x+AND+NOT+%5Ea": FINE,
    "/search?q=" + "+".join(f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz"): WRONG,
    "/search?" + "&" * 9000: WRONG,
    "/search?" + "&".join(f"a{n}=1" for n in range(1500)): WRONG,
    "/healthz?%00=%00": WRONG,
}
FIELDS: dict[str, tuple[str, str | bytes]] = {
    "3,500 entity tags": ("/ingest/0", "If-None-Match: " + '"a",' * 3500),
    "9,001 quotes": ("/ingest/0", "If-None-Match: " + '"' * 9001),
    "5,000 weak marks": ("/ingest/0", "If-None-Match: " + "W/" * 5000),
    "3,000 ranges": ("/export", "Range: bytes=" + "0-," * 3000),
    "an upgrade": ("/healthz", "Upgrade: h2c"),
    "an expectation": ("/healthz", "Expect: 200-maybe"),
    "a cookie of 15 KB": ("/healthz", "Cookie: " + "a=b;" * 3700),
    "1,500 kinds": ("/documents", "Accept: " + "a/b;q=0.1," * 1500),
    "another host by its proxy": ("/", "X-Forwarded-Host: evil.example"),
    "another prefix by its proxy": ("/ingest", "X-Forwarded-Prefix: //evil.example"),
    "another method": ("/ingest/0", "X-HTTP-Method-Override: DELETE"),
    "a key of bytes": ("/", b"Authorization: Bearer \xff\xfe"),
    "a key of 10 KB": ("/", "Authorization: Bearer " + "a" * 10_000),
    "a broken key": ("/", 'Authorization: Digest a="'),
    "a broken time": ("/", "If-Modified-Since: Sun, 99 Foo 99999 99:99:99 GMT"),
}


def answered(service: Service, data: bytes, among: set[int], within_s: float = 8.0) -> bytes:
    with unharmed(service, within_s):
        received = said(service, data)
        found = statuses(received)
        # A client may be reset while it still sends a body that was refused.
        assert found or len(data) > 64_000
        assert len(found) <= 1 and set(found) <= among, received[:500]
    return received


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_nobody_sends(service: Service, name: str) -> None:
    data, among = BODIES[name]
    answered(service, data, among | {409} if among == FINE else among)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:60])
def test_a_path_that_nobody_asks(service: Service, path: str) -> None:
    answered(service, get(path), PATHS[path])


@pytest.mark.parametrize("name", FIELDS)
def test_a_header_that_nobody_has(service: Service, name: str) -> None:
    path, field = FIELDS[name]
    received = answered(service, get(path, field), FINE | WRONG)
    assert b"evil.example" not in received


@pytest.mark.parametrize(
    "method", ["HEAD", "OPTIONS", "PUT", "PATCH", "TRACE", "CONNECT", "PROPFIND", "get", "A" * 4000]
)
def test_every_path_with_every_method(service: Service, method: str) -> None:
    paths = sorted({call.path for call in CALLS} | {"*"})
    with unharmed(service, 15.0):
        for path in paths:
            data = request(f"{method} {path.replace('{', '').replace('}', '')} HTTP/1.1")
            found = statuses(said(service, data))
            assert set(found) <= FINE | WRONG and len(found) == 1, path


@pytest.mark.parametrize(
    ("glob", "among"),
    [
        ("**/" * 60 + "*", FINE | WRONG),
        ("*a" * 400, WRONG),
        ("../../*", WRONG),
        ("/etc/*", WRONG),
        ("[[[[!-", WRONG),
        ("{a,b}" * 200, WRONG),
        ("a*" * 500_000, WRONG),
        ("\0", WRONG),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_glob_that_is_a_bomb(service: Service, root: Path, glob: str, among: set[int]) -> None:
    source: dict[str, Any] = {"type": "path", "path": str(root), "glob": glob}
    answered(service, post(json.dumps({"sources": [source]}).encode()), among)


def test_what_was_accepted_of_all_this_ends(service: Service) -> None:
    service.accepted({"type": "text", "text": "the last", "name": "last.txt"})
    with unharmed(service, 90.0):
        jobs = service.http.get("/ingest", params={"limit": 1000}).json()["items"]
        ended = [service.ended(job["job_id"])["state"] for job in jobs]
    assert ended and not {"queued", "running"} & set(ended)
