"""Many clients, several web processes, one truth."""

import os
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest
from support.patience import WAIT_S
from support.running import Service, text, until
from support.selection import rest_slow

MakeService = Callable[..., Service]
CLIENTS = 24


def _post_all(
    service: Service, bodies: Sequence[Mapping[str, object]], key: str | None
) -> list[httpx.Response]:
    """Post each body from a thread and a connection of its own, all at the same moment."""
    answers: list[httpx.Response] = []
    start = threading.Barrier(len(bodies))

    def post(body: dict[str, object]) -> None:
        with httpx.Client(base_url=service.http.base_url, timeout=WAIT_S, verify=False) as http:
            start.wait(WAIT_S)
            headers = {"Idempotency-Key": key} if key else {}
            answers.append(http.post("/ingest", json=body, headers=headers))

    threads = [threading.Thread(target=post, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    return answers


@pytest.mark.parametrize("key", rest_slow("one-key", None))
def test_one_key_over_two_web_processes_is_accepted_exactly_once(
    make_service: MakeService, key: str | None
) -> None:
    # No worker gets past its boot, so that the job is pending for as long as the race lasts.
    service = make_service(
        "--workers", "1", "--web-processes", "2", env={"GRISTMILL_FAULTS": "life.boot=stop"}
    ).start()
    webs = [p for p in psutil.Process(service.pid).children() if "web" in p.cmdline()]
    assert len(webs) == 2
    answers = _post_all(service, [{"sources": [text("Same.", "same")]}] * CLIENTS, key)
    codes = [answer.status_code for answer in answers]
    assert (codes.count(202), codes.count(409)) == (1, CLIENTS - 1)
    (accepted,) = [a.json()["job_id"] for a in answers if a.status_code == 202]
    for answer in answers:
        assert answer.json()["job_id"] == accepted
        assert answer.headers["Location"] == f"/ingest/{accepted}"
    _continue_workers(service, accepted)
    assert service.ended(accepted)["counts"]["succeeded"] == 1
    assert [job["job_id"] for job in service.http.get("/ingest").json()["items"]] == [accepted]
    _check_nothing_is_left(service)


@pytest.mark.slow
def test_the_last_place_in_the_queue_goes_to_exactly_one(make_service: MakeService) -> None:
    service = make_service(
        *("--workers", "1", "--web-processes", "2", "--queue-depth", "1"),
        env={"GRISTMILL_FAULTS": "life.boot=stop"},
    ).start()
    bodies = [{"sources": [text(f"Number {n}.", f"n {n}")]} for n in range(CLIENTS)]
    answers = _post_all(service, bodies, None)
    codes = [answer.status_code for answer in answers]
    assert (codes.count(202), codes.count(503)) == (1, CLIENTS - 1)
    for answer in answers:
        if answer.status_code == 503:
            problem = answer.json()
            assert problem["code"] == "queue_full"
            assert int(answer.headers["Retry-After"]) > 0
            rejected = service.job(problem["job_id"])
            assert (rejected["state"], rejected["error"]["code"]) == ("failed", "queue_full")
    (accepted,) = [a.json()["job_id"] for a in answers if a.status_code == 202]
    _continue_workers(service, accepted)
    assert service.ended(accepted)["state"] == "succeeded"
    assert len(service.http.get("/documents").json()["items"]) == 1
    _check_nothing_is_left(service)


def _continue_workers(service: Service, job_id: str) -> None:
    """Until the job has ended: one that has not stopped yet would stop after the signal."""

    def ended() -> bool:
        for pid in service.workers():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        return bool(service.job(job_id)["finished_at"])

    until(ended, "the end of the job")


def _check_nothing_is_left(service: Service) -> None:
    """No refused submission has left a pending manifest or a temporary file."""
    until(lambda: not list((service.data / "jobs" / "pending").iterdir()), "no pending manifest")
    assert not list(service.data.rglob("*.tmp"))


@pytest.mark.slow
def test_a_key_is_remembered_over_a_restart(make_service: MakeService, tmp_path: Path) -> None:
    service = make_service("--engine", "inline").start()
    headers = {"Idempotency-Key": "k-1"}
    job_id = service.accepted(text("One.", "one"), headers=headers)
    ended = service.ended(job_id)
    service.kill()
    service.start()
    again = service.submit(text("One.", "one"), headers=headers)
    assert (again.status_code, again.json()) == (200, ended)
    other = service.submit(text("Two.", "two"), headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_conflict")
    # Without a key the same request is a new job, which finds its document unchanged.
    fresh = service.ended(service.accepted(text("One.", "one")))
    assert fresh["job_id"] != job_id
    assert fresh["counts"]["unchanged"] == 1
