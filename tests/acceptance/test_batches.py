"""Batches over the real program: kills in the middle of accepting, and a queue that fills up."""

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from support.running import Service, stop, text, until
from support.selection import rest_slow

MakeService = Callable[..., Service]
HEADERS = {"Content-Type": "application/x-ndjson"}


def _send(service: Service, *texts: str, **more: Any) -> list[dict[str, Any]]:
    lines = [json.dumps({"sources": [text(each, each)], **more}) + "\n" for each in texts]
    answer = service.http.post("/ingest/batch", content="".join(lines), headers=HEADERS)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def _jobs(service: Service) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = service.http.get("/ingest", params={"limit": "1000"}).json()[
        "items"
    ]
    return items


@pytest.mark.slow
def test_a_batch_runs_to_its_end_and_its_file_goes(make_service: MakeService) -> None:
    service = make_service("--workers", "2").start()
    found = _send(service, *(f"Sack {n}" for n in range(300)))
    assert [each["status"] for each in found] == [202] * 300
    for each in found:
        assert service.ended(each["job_id"])["state"] == "succeeded"
    until(lambda: not list((service.data / "jobs/batches").glob("*.ndjson")), "a tidy folder")
    assert len(service.search("sack", limit="1000")) == 300


@pytest.mark.parametrize(
    ("point", "stored"),
    rest_slow(
        ("accept.before_offer", True),
        ("accept.before_record", False),
        ("accept.before_manifest", False),
        ("accept.after_offer", True),
        quick=0,
    ),
)
def test_a_web_process_killed_while_it_accepts_a_batch_leaves_whole_jobs_that_run_once(
    make_service: MakeService, tmp_path: Path, point: str, stored: bool
) -> None:
    fault = f"{point}=kill#{tmp_path / 'once'}"
    service = make_service("--workers", "2", env={"GRISTMILL_FAULTS": fault}).start()
    with pytest.raises(httpx.HTTPError):
        _send(service, *(f"Sack {n}" for n in range(20)))
    until(lambda: _answers(service), "the next web process")
    if stored:
        until(lambda: len(_jobs(service)) == 20, "the sweep")
    again = _send(service, *(f"Sack {n}" for n in range(20)))
    assert {each["status"] for each in again} <= {202, 409}
    for each in again:
        job = service.ended(each["job_id"])
        assert [moment["state"] for moment in job["history"]] == ["queued", "running", "succeeded"]
    documents = service.http.get("/documents", params={"limit": "1000"}).json()["items"]
    assert len(documents) == len({each["uri"] for each in documents}) == 20


def _answers(service: Service) -> bool:
    try:
        return service.http.get("/readyz").status_code == 200
    except httpx.HTTPError:
        return False


@pytest.mark.slow
def test_a_killed_service_runs_what_is_left_of_its_batches(make_service: MakeService) -> None:
    service = make_service("--workers", "1").start()
    found = _send(service, *(f"Sack {n}" for n in range(300)))
    service.kill()
    service.start()
    for each in found:
        job = service.ended(each["job_id"])
        assert [moment["state"] for moment in job["history"]].count("succeeded") == 1
    documents = service.http.get("/documents", params={"limit": "1000"}).json()["items"]
    assert len(documents) == 300


@pytest.mark.slow
@pytest.mark.parametrize(
    "point", ["before_seal=kill", "before_sync=kill", "before_unlink=kill@20!"]
)
def test_a_supervisor_killed_in_a_round_of_ends_ends_each_job_of_it_once(
    make_service: MakeService, point: str
) -> None:
    service = make_service("--workers", "1")
    service.start(GRISTMILL_FAULTS=f"settle.{point}")
    found = _send(service, *(f"Sack {n}" for n in range(60)))
    assert service.wait() == -signal.SIGKILL
    service.start()
    for each in found:
        job = service.ended(each["job_id"])
        assert [moment["state"] for moment in job["history"]] == ["queued", "running", "succeeded"]
    documents = service.http.get("/documents", params={"limit": "1000"}).json()["items"]
    assert len(documents) == 60


@pytest.mark.slow
def test_the_lines_that_a_full_queue_has_no_room_for_say_so(make_service: MakeService) -> None:
    service = make_service("--workers", "1", "--queue-depth", "5").start()
    stopped = [psutil.Process(pid) for pid in until(service.workers, "workers")]
    for worker in stopped:
        stop(worker)
    found = _send(service, *(f"Sack {n}" for n in range(40)))
    full = [each for each in found if each["status"] == 503]
    assert len(full) >= 20 and {each["code"] for each in full} == {"queue_full"}
    assert all(service.job(each["job_id"])["state"] == "failed" for each in full)
    for worker in stopped:
        worker.resume()
    for each in found:
        if each["status"] == 202:
            assert service.ended(each["job_id"])["state"] == "succeeded"
