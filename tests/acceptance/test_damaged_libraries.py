"""A library that is damaged under a running service: nothing more is accepted, nothing is blamed,
nothing is called done, and what was accepted goes on once it is mended."""

import os
import random
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest
from support.running import Service, ask, run, stopped_workers, text, until

MakeService = Callable[..., Service]
PAGE = 4096


def damage(library: Path) -> None:
    """Write to the beginning of each page but the first two, once all is in the file."""
    chance = random.Random(7)
    with sqlite3.connect(library, isolation_level=None) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    with open(library, "r+b") as file:
        for page in range(2 * PAGE, library.stat().st_size, PAGE):
            file.seek(page)
            file.write(chance.randbytes(64))


def checkpointed(service: Service) -> Path:
    """The library's file with all that was committed: SQLite folds its log in at the end."""
    assert service.stop() == 0
    return service.data / "library.db"


def is_damaged(answer: httpx.Response) -> bool:
    problem = answer.json()
    return (
        (answer.status_code, problem.get("code")) == (503, "library_damaged")
        and "gristmill check --repair" in problem["detail"]
        and int(answer.headers["Retry-After"]) > 0
    )


@pytest.mark.slow
def test_a_library_damaged_while_it_serves_closes_the_intake_and_everything_waits(
    make_service: MakeService, tmp_path: Path
) -> None:
    once = tmp_path / "stopped"
    service = make_service("--workers", "1").start(
        GRISTMILL_FAULTS=f"document.parse:held.txt=stop#{once}"
    )
    for number in range(8):
        service.ended(service.accepted(text(f"wheel {number} " * 1000, f"{number}.txt")))
    held = service.accepted(text("held wheel", "held.txt"))
    (worker,) = until(lambda: stopped_workers(service), "the stopped worker")
    waiting = service.accepted(text("waiting wheel", "waiting.txt"))
    with httpx.Client(base_url=service.http.base_url, verify=False) as http:
        damage(service.data / "library.db")
        for path in ("/search?q=wheel", "/documents", "/export"):
            assert is_damaged(http.get(path)), path
        until(lambda: is_damaged(http.get("/readyz")), "a service that is not ready")
        assert is_damaged(service.submit(text("more", "more.txt")))
        assert is_damaged(http.delete(f"/ingest/{waiting}"))
        assert http.get("/healthz").status_code == 200
        os.kill(worker.pid, signal.SIGCONT)
        until(lambda: worker.status() != psutil.STATUS_STOPPED, "the worker to go on")
        # What it read cannot be kept, so it is nobody's fault and nobody's success.
        for job_id in (held, waiting):
            job = http.get(f"/ingest/{job_id}", params={"wait": "1"}).json()
            assert job["state"] in ("queued", "running"), job
    assert service.stop() == 0
    log = service.log.read_text()
    assert log.count("the library is damaged") == 1 and "Traceback" not in log

    code, said, _ = ask("check", data=service.data)
    assert (code, "library_damaged" in said) == (1, True)
    code, said, _ = run("check", "--repair", data=service.data)
    assert "documents_lost" in said or "ledgers_lost" in said
    code, said, _ = ask("check", data=service.data)
    assert code == 0, said
    service = make_service("--workers", "1").start()
    for job_id in (held, waiting):
        job = service.ended(job_id)
        assert (job["state"], job["counts"]["succeeded"]) == ("succeeded", 1), job
    assert [hit["uri"] for hit in service.search("held")] == ["held.txt"]


@pytest.mark.slow
def test_a_service_on_a_library_that_cannot_be_opened_says_what_to_do(
    make_service: MakeService,
) -> None:
    service = make_service("--workers", "1").start()
    service.ended(service.accepted(text("wheel", "a.txt")))
    checkpointed(service).write_bytes(b"no library at all " * 1000)
    code, _, said = run("serve", "--port", "0", data=service.data)
    assert (code, "gristmill check --repair" in said) == (6, True), said
    code, _, said = run("ingest", "--no-wait", str(service.log), data=service.data)
    assert (code, "gristmill check --repair" in said) == (6, True), said
    assert "not a database" in said


@pytest.mark.slow
def test_a_service_that_starts_on_a_damaged_library_answers_what_it_can_and_takes_nothing(
    make_service: MakeService,
) -> None:
    service = make_service("--workers", "1").start()
    job_id = service.accepted(text("wheel", "a.txt"))
    service.ended(job_id)
    (checkpointed(service).with_name("library.db.damage")).write_text("a page was garbled\n")
    service = make_service("--workers", "1").start()
    assert is_damaged(service.http.get("/readyz"))
    assert is_damaged(service.submit(text("more", "more.txt")))
    assert service.job(job_id)["state"] == "succeeded"
    assert "wheel" in service.http.get("/export").text
    assert "a page was garbled" in service.log.read_text()
    assert service.stop() == 0
