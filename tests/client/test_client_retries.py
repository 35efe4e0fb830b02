"""What the client does when it is not answered, on a wire of its own."""

import asyncio
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from support.job_samples import queued

from gristmill import AsyncClient, Client
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.jobs.sources import TextSource
from gristmill.schemas.problems import access_errors, errors
from gristmill.server.job_views import job_view

VIEW = job_view(queued())
JOB, JOB_ID = msgspec.json.encode(VIEW), VIEW.job_id
TASK = IngestionTask(sources=[TextSource("hello")])
Outcome = httpx.Response | type[Exception]


def accepted() -> httpx.Response:
    return httpx.Response(202, content=JOB)


def problem(status: int, code: str, **more: Any) -> httpx.Response:
    headers = {"Retry-After": "0"} if status in (429, 503) else {}
    body = {"code": code, "detail": "why", **more}
    return httpx.Response(status, json=body, headers=headers)


class Wire:
    """Answers one request after the other, and remembers each."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.requests: list[httpx.Request] = []
        self.bodies: list[bytes] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.bodies.append(request.read())
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, httpx.Response):
            return outcome
        raise outcome("gone")

    def keys(self) -> set[str | None]:
        return {request.headers.get("Idempotency-Key") for request in self.requests}


def client(wire: Callable[[httpx.Request], httpx.Response], **more: Any) -> Client:
    return Client("http://service.example", transport=httpx.MockTransport(wire), **more)


@pytest.mark.parametrize(
    "outcomes",
    [
        (problem(503, "queue_full"), problem(429, "too_many_requests")),
        (httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError),
        (httpx.Response(502, content=b"<h1>Bad Gateway</h1>"),),
    ],
)
def test_what_is_submitted_is_sent_again_with_one_key(outcomes: tuple[Outcome, ...]) -> None:
    wire = Wire(*outcomes, accepted())
    with client(wire) as service:
        assert service.submit(TASK).job_id == JOB_ID
    (key,) = wire.keys()
    assert key and len(set(wire.bodies)) == 1 and wire.outcomes == []


def test_a_client_that_awaits_does_the_same() -> None:
    wire = Wire(httpx.ConnectError, problem(503, "draining"), accepted())

    async def submit() -> str:
        transport = httpx.MockTransport(wire)
        async with AsyncClient("http://service.example", transport=transport) as service:
            return (await service.upload(("a.txt", b"hello"))).job_id

    assert asyncio.run(submit()) == JOB_ID
    assert len(wire.keys()) == 1 and len(wire.requests) == 3


def test_a_key_that_is_known_already_names_the_job_that_has_it() -> None:
    wire = Wire(httpx.ReadError, problem(409, "duplicate_job", job_id=JOB_ID), accepted())
    with client(wire) as service:
        assert service.submit(TASK, idempotency_key="mine").job_id == JOB_ID
    assert wire.requests[-1].url.path == f"/ingest/{JOB_ID}"
    assert wire.requests[0].headers["Idempotency-Key"] == "mine"


@pytest.mark.parametrize("outcome", [httpx.ReadError, httpx.Response(502, content=b"")])
def test_what_may_have_been_done_is_not_sent_again_without_a_key(outcome: Outcome) -> None:
    wire = Wire(outcome)
    with client(wire) as service, pytest.raises(errors.Unavailable):
        service.retry(JOB_ID)
    assert len(wire.requests) == 1


def test_what_was_refused_for_the_moment_is_sent_again_without_a_key_too() -> None:
    wire = Wire(
        httpx.ConnectError, problem(503, "supervisor_away"), httpx.Response(202, content=JOB)
    )
    with client(wire) as service:
        assert service.retry(JOB_ID).job_id == JOB_ID


def test_a_refusal_that_would_be_the_same_again_is_raised_at_once() -> None:
    wire = Wire(problem(401, "unauthorized"))
    with client(wire) as service, pytest.raises(access_errors.Unauthorized) as raised:
        service.jobs()
    assert (raised.value.code, raised.value.message) == ("unauthorized", "why")


def test_a_service_that_asks_for_more_than_all_patience_is_not_waited_for() -> None:
    busy = httpx.Response(503, json={"code": "busy", "detail": "d"}, headers={"Retry-After": "90"})
    wire = Wire(busy)
    with client(wire) as service, pytest.raises(errors.Unavailable) as raised:
        service.jobs()
    assert raised.value.retry_after == 90 and raised.value.code == "busy"


def test_files_are_read_anew_for_each_time_that_they_are_sent(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"from the disk")
    opened = io.BytesIO(b"from memory")
    opened.seek(5)
    wire = Wire(httpx.WriteError, accepted())
    with client(wire) as service:
        service.upload(path, ("b.txt", opened), ("c.txt", b"bytes"), metadata={"year": 2025})
    for body in wire.bodies:
        for part in (b"\r\n\r\nfrom the disk\r\n", b"\r\n\r\nfrom memory\r\n", b'{"year":2025}'):
            assert part in body


class _Pipe(io.BytesIO):
    name = "pipe.txt"

    def seekable(self) -> bool:
        return False


def test_what_can_be_read_only_once_is_sent_only_once() -> None:
    wire = Wire(httpx.ReadError)
    with client(wire) as service, pytest.raises(errors.Unavailable):
        service.upload(_Pipe(b"once"))
    assert len(wire.requests) == 1


def test_whole_options_say_what_they_leave_at_its_default() -> None:
    wire = Wire(accepted())
    with client(wire) as service:
        service.submit(IngestionTask(sources=TASK.sources, options=Options(pdf="text")))  # type: ignore[arg-type]
    assert b'"chunk_max_chars":1600' in wire.bodies[0]


def test_a_key_comes_from_the_argument_a_file_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def authorization(**given: str) -> str | None:
        wire = Wire(httpx.Response(200, json={"status": "ok"}))
        with client(wire, **given) as service:
            service.liveness()
        sent: str | None = wire.requests[0].headers.get("Authorization")
        return sent

    monkeypatch.delenv("GRISTMILL_KEY", raising=False)
    monkeypatch.delenv("GRISTMILL_KEY_FILE", raising=False)
    assert authorization() is None
    monkeypatch.setenv("GRISTMILL_KEY", "of-the-environment")
    assert authorization() == "Bearer of-the-environment"
    file = tmp_path / "key"
    file.write_text("of-a-file\n")
    monkeypatch.setenv("GRISTMILL_KEY_FILE", str(file))
    assert authorization() == "Bearer of-a-file"
    assert authorization(key="given") == "Bearer given"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Client("ftp://x"),
        lambda: Client("http://"),
        lambda: Client(8000),  # type: ignore[arg-type]
        lambda: Client(key="two words"),
        lambda: Client(patience_s="long"),  # type: ignore[arg-type]
        lambda: client(Wire()).submit(5),  # type: ignore[arg-type]
        lambda: client(Wire()).submit({"sources": ["docs"]}),
        lambda: client(Wire()).upload(),
        lambda: client(Wire()).upload(b"bytes"),  # type: ignore[arg-type]
        lambda: client(Wire()).upload(5),  # type: ignore[arg-type]
        lambda: client(Wire()).wait(5),  # type: ignore[arg-type]
        lambda: client(Wire()).job(""),
        lambda: client(Wire()).set_collection("c", {"options": object()}),
    ],
)
def test_a_wrong_argument_is_a_sentence_and_nothing_is_sent(wrong: Callable[[], object]) -> None:
    with pytest.raises(errors.InvalidRequest):
        wrong()


def test_many_tasks_are_sent_again_as_far_as_they_were_refused_for_the_moment() -> None:
    def line(status: int, **more: Any) -> bytes:
        return msgspec.json.encode({"line": 1, "status": status, **more})

    job = msgspec.json.decode(JOB)
    full = line(503, code="queue_full", detail="full")
    refused = line(403, code="urls_disabled", detail="off")
    wire = Wire(
        lines([line(202, **job), full, refused]),
        lines([line(202, **job)]),
    )
    with client(wire) as service:
        found = list(service.submit_many([TASK, TASK, TASK]))
    assert [(each.job is not None, each.error and each.error.code) for each in found] == [
        (True, None),
        (True, None),
        (False, "urls_disabled"),
    ]
    first, second = (body.splitlines() for body in wire.bodies)
    assert second == [first[1]]


def lines(content: Iterable[bytes]) -> httpx.Response:
    return httpx.Response(200, content=b"".join(each + b"\n" for each in content))
