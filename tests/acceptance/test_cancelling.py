"""Cancel and retry, on jobs that wait, run or have ended."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.patience import patient
from support.running import Service, text, until
from support.selection import rest_slow

MakeService = Callable[..., Service]


def _slow_job(make_service: MakeService, tmp_path: Path, action: str) -> tuple[Service, str]:
    """A service with one worker that is stuck in the third of four documents of a job."""
    folder = tmp_path / "documents"
    folder.mkdir()
    for name in ("1.txt", "2.txt", "3-slow.txt", "4.txt"):
        (folder / name).write_text(f"The content of {name}.")
    service = make_service("--workers", "1", "--allow-root", str(tmp_path))
    marker = tmp_path / "once"
    service.start(GRISTMILL_FAULTS=f"document.parse:slow.txt={action}#{marker}")
    job_id = service.accepted({"type": "path", "path": str(folder)})
    until(marker.exists, "the slow document")
    return service, job_id


@pytest.mark.parametrize("action", rest_slow("hang", "stop"))
def test_a_running_job_is_cancelled_without_waiting_for_it_and_keeps_what_is_done(
    make_service: MakeService, tmp_path: Path, action: str
) -> None:
    service, job_id = _slow_job(make_service, tmp_path, action)
    begun = time.monotonic()
    answer = service.http.delete(f"/ingest/{job_id}")
    assert answer.status_code in (200, 202)
    job = service.ended(job_id)
    # A second by design, and a busy machine; not the five minutes that a document may take.
    assert time.monotonic() - begun < patient(15.0)
    assert job["state"] == "cancelled"
    counts = job["counts"]
    assert counts["cancelled"] >= 1 and counts["pending"] == counts["failed"] == 0
    assert counts["succeeded"] + counts["cancelled"] == 4
    assert len(service.http.get("/documents").json()["items"]) == counts["succeeded"]
    # The worker was ended; the next one is at work.
    assert service.ended(service.accepted(text("Next.")))["state"] == "succeeded"


def test_a_cancelled_job_is_retried_for_what_is_left(
    make_service: MakeService, tmp_path: Path
) -> None:
    service, job_id = _slow_job(make_service, tmp_path, "hang")
    service.http.delete(f"/ingest/{job_id}")
    service.ended(job_id)
    answer = service.http.post(f"/ingest/{job_id}/retry")
    assert answer.status_code == 202
    job = service.ended(job_id)
    assert (job["state"], job["counts"]["succeeded"]) == ("succeeded", 4)
    states = [moment["state"] for moment in job["history"]]
    assert states == ["queued", "running", "cancelled", "queued", "running", "succeeded"]
    assert len(service.http.get("/documents").json()["items"]) == 4


def test_a_waiting_job_is_cancelled_at_once_even_while_the_queue_is_full(
    make_service: MakeService,
) -> None:
    service = make_service(
        "--workers", "1", "--queue-depth", "1", env={"GRISTMILL_FAULTS": "life.boot=stop"}
    ).start()
    job_id = service.accepted(text("Waiting."))
    assert service.submit(text("Refused.")).status_code == 503
    answer = service.http.delete(f"/ingest/{job_id}")
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert service.submit(text("Taken.")).status_code == 202


def test_what_has_ended_cannot_be_cancelled_and_a_success_not_retried(
    make_service: MakeService,
) -> None:
    service = make_service("--workers", "1").start()
    job_id = service.accepted(text("Done."))
    service.ended(job_id)
    for answer in (
        service.http.delete(f"/ingest/{job_id}"),
        service.http.post(f"/ingest/{job_id}/retry"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")


def test_a_failed_document_is_retried_once_its_cause_is_mended(
    make_service: MakeService, tmp_path: Path
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "good.txt").write_text("Good.")
    (folder / "bad.txt").write_bytes(bytes(range(256)) * 4)
    service = make_service("--workers", "1", "--allow-root", str(tmp_path)).start()
    job = service.ended(service.accepted({"type": "path", "path": str(folder)}))
    assert job["state"] == "partial"
    (folder / "bad.txt").write_text("Mended.")
    assert service.http.post(f"/ingest/{job['job_id']}/retry").status_code == 202
    job = service.ended(job["job_id"])
    assert (job["state"], job["counts"]["succeeded"]) == ("succeeded", 2)
    assert [row["attempts"] for row in service.ledger(job["job_id"])] == [2, 1]
