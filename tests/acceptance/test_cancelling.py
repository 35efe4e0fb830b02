"""Cancel and retry, on jobs that wait, run or have ended."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.patience import patient
from support.running import Service, running, text, until
from support.selection import rest_slow

MakeService = Callable[..., Service]


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Path]]:
    """One service for all, with one worker, and a folder from which it reads. What is called after
    an action takes it at its first parsing: NAME-hang.txt."""
    root = tmp_path_factory.mktemp("mill")
    faults = "; ".join(
        f"document.parse:{name}-{action}.txt={action}#{root / name}"
        for name, action in (("runs", "hang"), ("stands", "stop"), ("again", "hang"))
    )
    flags = ("--workers", "1", "--allow-root", str(root))
    with running(root / "data", *flags, env={"GRISTMILL_FAULTS": faults}) as service:
        yield service, root


def _slow_job(mill: tuple[Service, Path], name: str, action: str) -> str:
    """A job whose worker is stuck in the third of its four documents."""
    service, root = mill
    folder = root / f"{name}-documents"
    folder.mkdir()
    for each in ("1.txt", "2.txt", f"3-{name}-{action}.txt", "4.txt"):
        (folder / each).write_text(f"The content of {each}.")
    job_id = service.accepted({"type": "path", "path": str(folder)}, collection=name)
    until((root / name).exists, "the slow document")
    return job_id


def _stored(service: Service, collection: str) -> int:
    asked = {"collection": collection}
    return len(service.http.get("/documents", params=asked).json()["items"])


@pytest.mark.parametrize(("name", "action"), rest_slow(("runs", "hang"), ("stands", "stop")))
def test_a_running_job_is_cancelled_without_waiting_for_it_and_keeps_what_is_done(
    mill: tuple[Service, Path], name: str, action: str
) -> None:
    service, job_id = mill[0], _slow_job(mill, name, action)
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
    # Where nothing was stored there is no collection.
    assert counts["succeeded"] == 0 or _stored(service, name) == counts["succeeded"]
    # The worker was ended; the next one is at work.
    assert service.ended(service.accepted(text("Next.")))["state"] == "succeeded"


def test_a_cancelled_job_is_retried_for_what_is_left(mill: tuple[Service, Path]) -> None:
    service, job_id = mill[0], _slow_job(mill, "again", "hang")
    service.http.delete(f"/ingest/{job_id}")
    service.ended(job_id)
    answer = service.http.post(f"/ingest/{job_id}/retry")
    assert answer.status_code == 202
    job = service.ended(job_id)
    assert (job["state"], job["counts"]["succeeded"]) == ("succeeded", 4)
    states = [moment["state"] for moment in job["history"]]
    assert states == ["queued", "running", "cancelled", "queued", "running", "succeeded"]
    assert _stored(service, "again") == 4


@pytest.mark.slow
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
    mill: tuple[Service, Path],
) -> None:
    service, _ = mill
    job_id = service.accepted(text("Done."))
    service.ended(job_id)
    for answer in (
        service.http.delete(f"/ingest/{job_id}"),
        service.http.post(f"/ingest/{job_id}/retry"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")


def test_a_failed_document_is_retried_once_its_cause_is_mended(
    mill: tuple[Service, Path],
) -> None:
    service, root = mill
    folder = root / "mended"
    folder.mkdir()
    (folder / "good.txt").write_text("Good.")
    (folder / "bad.txt").write_bytes(bytes(range(256)) * 4)
    job = service.ended(service.accepted({"type": "path", "path": str(folder)}))
    assert job["state"] == "partial"
    (folder / "bad.txt").write_text("Mended.")
    assert service.http.post(f"/ingest/{job['job_id']}/retry").status_code == 202
    job = service.ended(job["job_id"])
    assert (job["state"], job["counts"]["succeeded"]) == ("succeeded", 2)
    assert [row["attempts"] for row in service.ledger(job["job_id"])] == [2, 1]
