"""Bulk actions, events, webhooks, collections, filters and keys, as only an attacker uses them."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from support.attacking import Others, line_to, request, said, statuses, unharmed, web_process
from support.patience import WAIT_S, patient
from support.receiving import receiving
from support.running import Service, run, running, text, until

WRONG, FINE = {400, 403, 404, 405, 409, 413, 415, 422, 429, 503}, {200, 201, 202, 204}
STREAMS = 300
WEB_BYTES = 400 * 1024 * 1024
NAMES = (
    "..",
    "%2e%2e",
    "a%2fb",
    "%00",
    "%0a",
    "%20",
    "*",
    "%E2%80%AE",
    "a" * 300,
    "%ff",
    "c0%0d%0aX:y",
    "'",
    "%22",
    "~",
    "c0;x",
    "%3Cscript%3E",
    "%F0%9F%92%A9",
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    data = tmp_path_factory.mktemp("newer") / "data"
    flags = ("--workers", "2", "--webhook-allow", "127.0.0.0/8", "--log-level", "debug")
    with running(data, *flags) as service:
        for number in range(20):
            service.accepted(text(f"wheel {number}", f"{number}.txt"), collection=f"c{number % 4}")
        service.ended(service.accepted(text("the last of them")))
        yield service


def sent(method: str, path: str, body: object = None, *fields: str | bytes) -> bytes:
    if body is None:
        return request(f"{method} {path} HTTP/1.1", *fields)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = "Content-Type: application/json"
    return request(f"{method} {path} HTTP/1.1", kind, *fields, body=data)


def plain(service: Service, data: bytes, among: set[int] = FINE | WRONG) -> bytes:
    received = said(service, data)
    assert len(statuses(received)) == 1 and set(statuses(received)) <= among, received[:400]
    return received


# -- filters ----------------------------------------------------------------------------------

FILTERS = {
    "brackets": "(" * 1500 + "uri = a" + ")" * 1500,
    "not": "not " * 900 + "uri = a",
    "or": " or ".join(["uri = a"] * 400),
    "and": " and ".join(f"metadata.k{number} = a" for number in range(150)),
    "stars": "uri ~ " + "*a" * 60 + "b",
    "more stars": "uri ~ " + "*a" * 900 + "b",
    "marks": "uri ~ " + "?*" * 400,
    "a class without an end": "uri ~ [[[[!-",
    "backslashes": 'uri = "' + "\\" * 900,
    "NUL": 'uri = "a\0b"',
    "a long list": "uri in (" + ", ".join(f"a{number}" for number in range(300)) + ")",
    "digits": "metadata.n = " + "9" * 900,
    "infinite": "metadata.n > 1e999",
    "no date": "submitted_at > 99999-99-99",
    "a deep name": "metadata." + "a." * 400 + "b = 1",
    "quotes in a name": 'metadata."\'; drop table" = 1',
    "a path in a name": "metadata.$[0] = 1",
}
FILTERED = (
    "/documents?",
    "/ingest?",
    "/search?q=wheel&",
    "/export?",
    "/search?q=wheel&facets=uri&",
)


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_that_is_a_bomb(service: Service, name: str) -> None:
    where = quote(FILTERS[name], safe="")
    with unharmed(service, 15.0):
        for path in FILTERED:
            plain(service, sent("GET", f"{path}filter={where}"))
        plain(service, sent("GET", f"/documents?fields={where}"), WRONG)
        plain(service, sent("POST", "/bulk", {"action": "delete", "filter": FILTERS[name]}))
        plain(service, sent("DELETE", f"/documents?filter={where}&if_documents=99"))
        with line_to(service, sent("GET", f"/events?filter={where}")) as line:
            assert line.recv(12)[9:12] in (b"200", b"400")


# -- collections ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name[:20])
def test_a_collection_with_an_odd_name(service: Service, name: str) -> None:
    url = {"url": "http://127.0.0.1:9/"}
    with unharmed(service, 15.0):
        for method, path, body in (
            ("GET", f"/collections/{name}", None),
            ("PUT", f"/collections/{name}", {"description": "x"}),
            ("DELETE", f"/collections/{name}", None),
            ("PUT", f"/webhooks/{name}", url),
            ("DELETE", f"/webhooks/{name}", None),
            ("POST", f"/collections/{name}/refresh", {}),
            ("GET", f"/ui/collections/{name}", None),
        ):
            received = plain(service, sent(method, path, body))
            assert (
                b"\nX:y" not in received and b"<script>" not in received.partition(b"\r\n\r\n")[0]
            )


def test_collections_are_renamed_and_deleted_while_jobs_go_into_them(service: Service) -> None:
    """Every job that was accepted ends, and no document is in a collection that nobody named."""
    over, accepted, codes = threading.Event(), list[str](), set[int]()

    def submit(number: int) -> None:
        with httpx.Client(base_url=service.http.base_url, timeout=WAIT_S) as http:
            count = 0
            while not over.is_set():
                source = text(f"{number} {count} moved", f"{number}-{count}.txt")
                answer = http.post("/ingest", json={"sources": [source], "collection": "moved"})
                codes.add(answer.status_code)
                if answer.status_code == 202:
                    accepted.append(answer.json()["job_id"])
                count += 1

    def change() -> None:
        with httpx.Client(base_url=service.http.base_url, timeout=WAIT_S) as http:
            for number in range(8):
                named = http.get("/collections/moved")
                answer = http.put("/collections/moved", json={"name": f"moved-{number}"})
                codes.add(answer.status_code)
                documents = named.json().get("documents", 0) if named.status_code == 200 else 0
                gone = http.delete("/collections/moved", params={"if_documents": documents})
                codes.add(gone.status_code)
            over.set()

    with unharmed(service, 60.0):
        threads = [threading.Thread(target=submit, args=(number,)) for number in range(3)]
        threads.append(threading.Thread(target=change))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(patient(60.0))
        assert codes <= FINE | WRONG, codes
        for job_id in accepted:
            assert service.ended(job_id)["state"] == "succeeded"
        found = {each["collection"] for each in service.all("/documents")}
        known = {
            "moved",
            "default",
            *(f"c{n}" for n in range(4)),
            *(f"moved-{n}" for n in range(8)),
        }
        assert found <= known, found


# -- jobs -------------------------------------------------------------------------------------


def test_jobs_are_deleted_retried_and_looked_at_all_at_once(service: Service) -> None:
    jobs = [service.accepted(text(f"short {n}", f"{n}.txt"), collection="gone") for n in range(30)]
    paths = ("", "/documents", "/retry", "/record", "/webhook")
    methods = {"/retry": "POST", "/record": "DELETE", "/webhook": "POST"}
    found = set[int]()

    def worry(path: str) -> None:
        with httpx.Client(base_url=service.http.base_url, timeout=WAIT_S) as http:
            for job_id in jobs * 2:
                answer = http.request(methods.get(path, "GET"), f"/ingest/{job_id}{path}")
                found.add(answer.status_code)

    with unharmed(service, 60.0):
        threads = [threading.Thread(target=worry, args=(path,)) for path in paths]
        for thread in threads:
            thread.start()
        bulk = {"action": "delete", "collection": "gone"}
        looked = service.http.post("/bulk", json=bulk).json()
        service.http.post("/bulk", json={**bulk, "confirm": looked["confirm"]})
        for thread in threads:
            thread.join(patient(60.0))
        assert found <= FINE | WRONG, found
        until(lambda: not pending(service, jobs), "the end of what is left")
    code, out, err = run("check", data=service.data)
    assert code == 0, out + err


def pending(service: Service, jobs: list[str]) -> list[str]:
    known = {job_id: service.http.get(f"/ingest/{job_id}") for job_id in jobs}
    return [
        job_id
        for job_id, answer in known.items()
        if answer.status_code == 200 and answer.json()["state"] in ("queued", "running")
    ]


@pytest.mark.parametrize(
    "confirm", ["-", "f" * 22 + "-1-a", "-1--1-x", "9" * 190 + "-1-1", "1_0-0x1-x", "٣-1-x"]
)
def test_a_bulk_action_that_was_not_looked_at_does_nothing(service: Service, confirm: str) -> None:
    body, before = {"action": "delete", "confirm": confirm}, service.http.get("/bulk").json()
    with unharmed(service, 8.0):
        plain(service, sent("POST", "/bulk", body), WRONG)
    assert len(service.http.get("/bulk").json()["items"]) == len(before["items"])


# -- events -----------------------------------------------------------------------------------


def test_streams_of_events_by_hundreds_that_nobody_reads_cost_nobody(service: Service) -> None:
    web = web_process(service)
    with unharmed(service, 60.0):
        lines = [line_to(service, sent("GET", "/events"), receives=4096) for _ in range(STREAMS)]
        try:
            with Others(service) as felt:
                until(lambda: min(map(len, felt)) >= 25, "the looks of others")
            assert max(felt.probes) < patient(5.0), felt.describe()
            assert max(felt.posts) < patient(5.0), felt.describe()
            assert web.memory_info().rss < WEB_BYTES
        finally:
            for line in lines:
                line.close()
        until(lambda: opens(service), "a place for a stream")


def opens(service: Service) -> bool:
    with line_to(service, sent("GET", "/events")) as line:
        return line.recv(12)[9:12] == b"200"


@pytest.mark.parametrize(
    "last", ["9" * 400, "1-999999999999999", "-1--1", "0-0", "%00", "999999999999-1"]
)
def test_an_odd_last_event_id(service: Service, last: str) -> None:
    data = sent("GET", "/events", None, f"Last-Event-ID: {last}")
    with unharmed(service, 8.0), line_to(service, data) as line:
        assert line.recv(12)[9:12] in (b"200", b"400")


# -- webhooks ---------------------------------------------------------------------------------


def endless(piece: bytes, status: bytes = b"") -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        with suppress(OSError):
            handler.wfile.write(status)
            while True:
                handler.wfile.write(piece)
                if len(piece) < 9:
                    time.sleep(0.05)

    return answer


HUNDREDS = b"HTTP/1.1 100 Continue\r\n\r\n" * 400
RECEIVERS = {
    "hundreds for ever": endless(HUNDREDS),
    "a head without an end": endless(b"X: " + b"a" * 4000 + b"\r\n", b"HTTP/1.1 200 OK\r\n"),
    "a byte now and then": endless(b"H"),
    "a body without an end": endless(b"x" * 9000, b"HTTP/1.1 200 OK\r\n\r\n"),
    "no HTTP": endless(b"\0\xff" * 4000),
}


def test_receivers_that_never_come_to_an_end_hold_up_no_job_and_no_other_receiver(
    service: Service,
) -> None:
    with receiving(*RECEIVERS.values()) as hostile, receiving(204) as good:
        service.http.put("/webhooks/hostile", json={"url": hostile.url})
        # Another name of the host: threads are shared out by these.
        url = good.url.replace("127.0.0.1", "localhost")
        service.http.put("/webhooks/good", json={"url": url})
        with unharmed(service, 60.0):
            jobs = [
                service.accepted(text(f"told {n}", f"{n}.txt"), collection=name)
                for n in range(10)
                for name in ("hostile", "good")
            ]
            for job_id in jobs:
                assert service.ended(job_id)["state"] == "succeeded"
            until(lambda: len(good.received) >= 10, "all that the good one is to be told")
            # Where the status line was good, the message has arrived.
            assert len(hostile.received) >= 1
        for name in ("hostile", "good"):
            assert service.http.delete(f"/webhooks/{name}").status_code == 204


def test_a_redirect_and_an_inner_address_are_not_followed(service: Service) -> None:
    def redirect(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(307)
        handler.send_header("Location", inner.url)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with receiving(204) as inner, receiving(redirect) as outer:
        service.http.put("/webhooks/led", json={"url": outer.url})
        job_id = service.accepted(text("led astray"), collection="led")
        service.ended(job_id)
        until(lambda: told(service, job_id).get("attempts"), "an attempt")
        assert "not followed" in told(service, job_id)["last"]["error"]
        assert inner.received == []
        service.http.delete("/webhooks/led")
    for url in ("http://169.254.169.254/", "http://[::ffff:10.0.0.1]/", "http://10.1.2.3/"):
        plain(service, sent("PUT", "/webhooks/led", {"url": url}), {400})


def told(service: Service, job_id: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = service.http.get(f"/ingest/{job_id}").json()["webhook"] or {}
    return found


# -- the log ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "field",
    [
        "X-Request-ID: a\tb",
        "X-Request-ID: " + "x" * 5000,
        'X-Request-ID: a b="c" level=ERROR',
        b"X-Request-ID: \xe2\x80\xae\xc2\x9b31m\xff",
        "traceparent: 00-" + "a" * 32 + "-" + "b" * 16 + "-01\t",
        "traceparent: " + "0" * 5000,
        "tracestate: " + "a=b," * 900,
        "User-Agent: \x80\x9b",
    ],
    ids=lambda field: str(field)[:24],
)
def test_no_header_writes_a_line_of_its_own_into_the_log(
    service: Service, field: str | bytes
) -> None:
    before = len(service.log.read_bytes())
    with unharmed(service, 8.0):
        source = {"sources": [text(f"logged {field!r}")]}
        plain(service, sent("POST", "/ingest", source, field))
    log = service.log.read_bytes()[before:]
    assert b"level=ERROR" not in log and b"\t" not in log and b"xxxxx" not in log
    assert not any(byte in log for byte in (b"\x1b", b"\xe2\x80\xae", b"\xc2\x9b", b"\xff"))


# -- keys -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, dict[str, str]]]:
    """A service with keys, and those by their names."""
    data: Path = tmp_path_factory.mktemp("locked") / "data"
    with running(data, "--workers", "1") as service:
        keys = {}
        for name, *more in (
            ("all", "admin"),
            ("one", "read", "--collection", "c0"),
            ("m", "metrics"),
        ):
            code, out, err = run("key", "add", name, "--scope", *more, data=data)
            assert code == 0, err
            keys[name] = out.strip()
        yield service, keys


def test_metrics_overview_and_keys_open_to_their_scope_alone(
    locked: tuple[Service, dict[str, str]],
) -> None:
    service, keys = locked
    opened = {
        "/metrics": {"all", "m"},
        "/overview": {"all", "one"},
        "/keys": {"all"},
        "/webhooks": {"all"},
    }
    for path, names in opened.items():
        for name, key in keys.items():
            data = sent("GET", path, None, f"Authorization: Bearer {key}")
            (status,) = statuses(said(service, data))
            assert (status == 200) is (name in names), (path, name, status)
        for field in ("Authorization: Basic YTpi", "Authorization: Bearer", "Cookie: gristmill=a"):
            assert statuses(said(service, sent("GET", path, None, field))) == [401], (path, field)


@pytest.mark.parametrize(
    "cookie", ["a" * 8000, "..", "%00", '"', ";;;=", "\xff\xfe", "a=b; gristmill_session"]
)
def test_no_cookie_that_was_made_up_opens_anything(
    locked: tuple[Service, dict[str, str]], cookie: str
) -> None:
    service, _ = locked
    field = b"Cookie: gristmill=" + cookie.encode("latin-1")
    with unharmed(service, 8.0):
        for path in ("/ingest", "/documents", "/keys", "/events"):
            plain(service, sent("GET", path, None, field, "Sec-Fetch-Site: same-origin"), {401})
