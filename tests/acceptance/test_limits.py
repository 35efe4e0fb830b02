"""Memory, boot and breaker: K2, K5 and K6 of the kill matrix."""

import itertools
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from support.patience import patient
from support.running import Service, path, running, stopped_workers, text, until

MakeService = Callable[..., Service]


def _folder(tmp_path: Path, *names: str) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_text(f"The content of {name}, about flour.")
    return folder


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Path]]:
    """A service with little memory for a document, and a folder from which it reads: faults are
    met by name, so nobody else's document meets them."""
    root = tmp_path_factory.mktemp("strict")
    flags = ("--workers", "2", "--worker-memory-mb", "300", "--allow-root", str(root))
    faults = (
        f"document.parse:greedy.txt=eat; document.read:flaky.txt=eio#{root / 'once'}; "
        "document.read:gone.txt=enoent"
    )
    with running(root / "data", *flags, env={"GRISTMILL_FAULTS": faults}) as service:
        yield service, root


def test_a_document_over_the_memory_limit_is_ended_and_its_neighbours_live(
    strict: tuple[Service, Path],
) -> None:
    service, root = strict
    folder = _folder(root / "greedy", *(f"{n}.txt" for n in range(20)), "7-greedy.txt")
    job = service.ended(service.accepted(path(folder)))
    assert (job["counts"]["succeeded"], job["counts"]["failed"]) == (20, 1)
    (failed,) = service.ledger(job["job_id"], state="failed")
    assert (failed["code"], failed["attempts"]) == ("out_of_memory", 2)
    assert "peak memory" in failed["message"] and "attempt 2" in failed["message"]
    assert "stage detect" in failed["message"] or "stage read" in failed["message"]


def test_a_failed_read_that_may_pass_is_tried_again_and_a_final_one_is_not(
    strict: tuple[Service, Path],
) -> None:
    service, root = strict
    folder = _folder(root / "flaky", "flaky.txt", "good.txt", "gone.txt")
    job = service.ended(service.accepted(path(folder)))
    rows = {Path(row["uri"]).name: row for row in service.ledger(job["job_id"])}
    assert (rows["flaky.txt"]["state"], rows["flaky.txt"]["attempts"]) == ("succeeded", 2)
    assert (rows["gone.txt"]["code"], rows["gone.txt"]["attempts"]) == ("fetch_error", 1)


@pytest.mark.slow
def test_a_worker_that_hangs_while_booting_is_replaced(
    make_service: MakeService, tmp_path: Path
) -> None:
    service = make_service(
        *("--workers", "1", "--boot-deadline-s", "2"),
        env={"GRISTMILL_FAULTS": f"life.boot=hang#{tmp_path / 'once'}"},
    ).start()
    job_id = service.accepted(text("Patience."))
    assert service.ended(job_id)["state"] == "succeeded"


def _refusal(service: Service, content: str) -> httpx.Response | None:
    answer = service.submit(text(content))
    return answer if answer.status_code == 503 else None


@pytest.mark.slow
def test_workers_that_die_at_their_start_close_the_intake_until_they_live(
    make_service: MakeService, tmp_path: Path
) -> None:
    cause = tmp_path / "cause"
    # The first ones stand still: that many deaths as close the intake would be quicker than we.
    cause.write_text("life.boot=stop")
    service = make_service("--workers", "2", env={"GRISTMILL_FAULTS_FILE": str(cause)}).start()
    job_id = service.accepted(text("Before anybody knows."))
    until(lambda: len(stopped_workers(service)) == 2, "workers that stand still")
    cause.write_text("life.boot=kill")
    for worker in stopped_workers(service):
        worker.kill()
    numbers = itertools.count()
    refused = until(lambda: _refusal(service, f"Number {next(numbers)}."), "the breaker")
    assert refused is not None and refused.json()["code"] == "workers_failing"
    assert int(refused.headers["Retry-After"]) > 0
    ready = service.http.get("/readyz")
    assert (ready.status_code, ready.json()["code"]) == (503, "workers_failing")
    cause.write_text("")
    assert service.ended(job_id)["state"] == "succeeded"
    until(lambda: service.http.get("/readyz").status_code == 200, "readiness")


def test_intake_pauses_while_the_disk_is_short_and_readyz_says_so(
    make_service: MakeService,
) -> None:
    service = make_service("--engine", "inline", "--min-free-disk-mb", str(10**9)).start()
    refused = service.submit(text("No room."))
    assert (refused.status_code, refused.json()["code"]) == (503, "storage_full")
    ready = service.http.get("/readyz")
    assert (ready.status_code, ready.json()["code"]) == (503, "storage_full")
    assert not list((service.data / "jobs" / "pending").iterdir())


@pytest.mark.slow
def test_intake_pauses_while_memory_is_short(make_service: MakeService) -> None:
    service = make_service("--engine", "inline", "--min-free-memory-mb", str(10**9)).start()
    refused = service.submit(text("No room."))
    assert (refused.status_code, refused.json()["code"]) == (503, "memory_short")


@pytest.mark.slow
def test_a_killed_workers_document_runs_again_at_once(
    make_service: MakeService, tmp_path: Path
) -> None:
    folder = _folder(tmp_path, "slow.txt")
    marker = tmp_path / "once"
    service = make_service("--workers", "1", "--allow-root", str(tmp_path))
    service.start(GRISTMILL_FAULTS=f"document.parse:slow.txt=stop#{marker}")
    job_id = service.accepted(path(folder))
    until(marker.exists, "the slow document")
    (worker,) = service.workers()
    begun = time.monotonic()
    os.kill(worker, 9)
    assert service.ended(job_id)["state"] == "succeeded"
    # A second by design, and a busy machine; not the five minutes that a document may take.
    assert time.monotonic() - begun < patient(15.0)
    assert worker not in service.workers()
