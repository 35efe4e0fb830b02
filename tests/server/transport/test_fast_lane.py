"""Small submissions take no thread while they are accepted, and are answered like all others."""

import json
import select
import socket
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from support.http_app import MakeApp
from support.patience import WAIT_S
from support.served import Web, running
from waitress import wasyncore

from gristmill.schemas.jobs.offers import Offer, OfferResult, Verdict
from gristmill.schemas.problems.errors import JobNotFound
from gristmill.server.readiness import Readiness
from gristmill.server.transport import fast_lane
from gristmill.server.transport.lanes import Dispatcher
from gristmill.server.transport.parser import Terms
from gristmill.server.transport.runner import Loop

JSON = {"Content-Type": "application/json"}


def body(text: str = "some words", **more: object) -> bytes:
    return json.dumps({"sources": [{"type": "text", "text": text}], **more}).encode()


@pytest.fixture
def web(make_service: MakeApp) -> Iterator[Web]:
    with running(make_service, web_threads=2) as started:
        yield started


@pytest.fixture
def http(web: Web) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=f"http://127.0.0.1:{web.port}", timeout=WAIT_S, verify=False
    ) as client:
        yield client


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What the lane has dealt with: a bool for each request."""
    seen: list[bool] = []
    real = fast_lane.FastLane.takes

    def takes(lane: fast_lane.FastLane, request: Any, peer: str, answer: Any) -> bool:
        seen.append(real(lane, request, peer, answer))
        return seen[-1]

    monkeypatch.setattr(fast_lane.FastLane, "takes", takes)
    return seen


def test_more_submissions_wait_for_the_queue_than_there_are_threads_and_others_are_served(
    web: Web,
    monkeypatch: pytest.MonkeyPatch,
    http: httpx.Client,
) -> None:
    waiting, go = threading.Semaphore(0), threading.Event()
    real = web.service.client.offer_many

    def offer_many(offers: Sequence[Offer]) -> list[OfferResult]:
        for _ in offers:
            waiting.release()
        assert go.wait(WAIT_S)
        return real(offers)

    monkeypatch.setattr(web.service.client, "offer_many", offer_many)
    with ThreadPoolExecutor(6) as clients:
        answers = [
            clients.submit(http.post, "/ingest", content=body(f"text {n}"), headers=JSON)
            for n in range(6)
        ]
        assert waiting.acquire(timeout=WAIT_S)
        assert http.get("/healthz").status_code == 200
        go.set()
        assert {answer.result(WAIT_S).status_code for answer in answers} == {202}
    assert len(web.service.client.offered) == 6


def test_an_accepted_job_is_answered_with_its_place(http: httpx.Client, taken: list[bool]) -> None:
    answer = http.post("/ingest", content=body(), headers=JSON)
    assert answer.status_code == 202 and taken == [True]
    job = answer.json()
    assert job["state"] == "queued" and answer.headers["Location"] == f"/ingest/{job['job_id']}"
    assert http.get(answer.headers["Location"]).json()["job_id"] == job["job_id"]


def test_a_duplicate_is_told_which_job_is_pending(http: httpx.Client, taken: list[bool]) -> None:
    first = http.post("/ingest", content=body(), headers=JSON).json()
    answer = http.post("/ingest", content=body(), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate_job")
    assert answer.json()["job_id"] == first["job_id"] and taken == [True, True]


def test_a_key_names_its_job_after_its_end(web: Web, http: httpx.Client, taken: list[bool]) -> None:
    headers = {**JSON, "Idempotency-Key": "mine"}
    first = http.post("/ingest", content=body(), headers=headers).json()
    web.service.client.end(first["job_id"])
    again = http.post("/ingest", content=body(), headers=headers)
    assert (again.status_code, again.json()["job_id"]) == (200, first["job_id"])
    other = http.post("/ingest", content=body("other"), headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_conflict")
    assert taken == [True, True, True]


@pytest.mark.parametrize(
    ("verdict", "code"), [(Verdict.FULL, "queue_full"), (Verdict.DRAINING, "draining")]
)
def test_what_the_queue_refuses_is_a_problem(
    web: Web, http: httpx.Client, taken: list[bool], verdict: Verdict, code: str
) -> None:
    web.service.client.verdict = verdict
    answer = http.post("/ingest", content=body(), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (503, code) and taken == [True]


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"", JSON, 400),
        (b"{", JSON, 400),
        (body(unknown=1), JSON, 400),
        (body(), {**JSON, "Idempotency-Key": "not a key"}, 400),
        (body(options={"steps": ["no such step"]}), JSON, 400),
        (body(), {"Content-Type": "application/json; charset=utf-8"}, 202),
        (body("x" * 20_000), JSON, 202),
        (iter([body()]), JSON, 202),
        (body(), {**JSON, "Content-Encoding": "br"}, 415),
    ],
)
def test_what_is_unusual_is_left_to_the_threads(
    http: httpx.Client,
    taken: list[bool],
    content: bytes | Iterator[bytes],
    headers: dict[str, str],
    status: int,
) -> None:
    answer = http.post("/ingest", content=content, headers=headers)
    assert answer.status_code == status, answer.text
    assert taken == [False]


def test_a_query_is_never_passed_over(http: httpx.Client, taken: list[bool]) -> None:
    answer = http.post("/ingest?colection=x", content=body(), headers=JSON)
    assert answer.status_code == 400 and taken == [False]


def test_pipelined_submissions_are_answered_in_their_order(web: Web) -> None:
    wanted = []
    with socket.create_connection(("127.0.0.1", web.port), timeout=WAIT_S) as line:
        for n in range(5):
            data = body(f"text {n}", metadata={"n": n})
            head = f"POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Length: {len(data)}\r\n"
            wanted.append(f"{head}Content-Type: application/json\r\n\r\n".encode() + data)
        line.sendall(b"".join(wanted))
        received = b""
        while received.count(b"HTTP/1.1 202") < 5 or not received.endswith(b"}"):
            piece = line.recv(65536)
            assert piece
            received += piece
    places = [line for line in received.splitlines() if line.startswith(b"Location: ")]
    ids = [place.rpartition(b"/")[2].decode() for place in places]
    assert ids == web.service.client.offered


def test_a_job_whose_client_has_gone_is_accepted_all_the_same(
    web: Web, monkeypatch: pytest.MonkeyPatch, http: httpx.Client
) -> None:
    began, go = threading.Event(), threading.Event()
    real = web.service.client.offer_many

    def offer_many(offers: Sequence[Offer]) -> list[OfferResult]:
        began.set()
        assert go.wait(WAIT_S)
        return real(offers)

    monkeypatch.setattr(web.service.client, "offer_many", offer_many)
    data = body()
    with socket.create_connection(("127.0.0.1", web.port), timeout=WAIT_S) as line:
        head = f"POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Length: {len(data)}\r\n"
        line.sendall(f"{head}Content-Type: application/json\r\n\r\n".encode() + data)
        assert began.wait(WAIT_S)
    go.set()
    monkeypatch.undo()
    assert http.post("/ingest", content=body("next"), headers=JSON).status_code == 202
    assert len(web.service.client.offered) == 2


class Channel:
    """One whose answer may fail."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble, self.ended = trouble, False
        self.answered: list[object] = []

    def answer(self, outcome: object) -> None:
        if self.trouble:
            raise self.trouble
        self.answered.append(outcome)

    def handle_error(self) -> None:
        self.ended = True


def test_an_answer_that_fails_ends_its_connection_and_no_other() -> None:
    first, second = JobNotFound("first"), JobNotFound("second")
    decided, broken, sound = fast_lane.Decided(), Channel(RuntimeError("boom")), Channel()
    decided.add(broken, first)
    decided.add(sound, second)
    decided.answer()
    assert broken.ended and sound.answered == [second] and not sound.ended


def test_the_loop_is_called_once_until_it_has_answered() -> None:
    calls: list[int] = []
    outcomes = [JobNotFound(str(number)) for number in range(4)]
    decided, channel = fast_lane.Decided(), Channel()
    decided.call = lambda: calls.append(len(channel.answered))
    for outcome in outcomes[:3]:
        decided.add(channel, outcome)
    decided.answer()
    decided.add(channel, outcomes[3])
    decided.answer()
    assert calls == [0, 3] and channel.answered == outcomes


def test_a_decision_wakes_the_loop_but_not_from_the_loop_itself(make_service: MakeApp) -> None:
    service = make_service(web_threads=2)
    dispatcher = Dispatcher(
        fast_lane.FastLane(service.intake, service.settings, service.gate),
        service.settings,
        Readiness(service.client.stats),
    )
    listener = socket.create_server(("127.0.0.1", 0))
    loop = Loop(service.app, Terms(service.settings), [listener], threading.Event(), dispatcher)
    try:
        pipe = loop._server.trigger._fds[0]
        loop._thread = threading.get_ident()
        dispatcher.decided.call()
        assert select.select([pipe], [], [], 0)[0] == []
        loop._thread = -1
        dispatcher.decided.call()
        assert select.select([pipe], [], [], 10)[0] == [pipe]
    finally:
        dispatcher.shutdown(timeout=WAIT_S)
        wasyncore.close_all(loop._map)
