"""K9, the real program: refusals over HTTP, workers and settlers that meet a failing disk, a disk
that is full for a while, and a supervisor out of descriptors."""

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest
from support.running import Service, path, run, stopped_workers, text, until

from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests

MakeService = Callable[..., Service]
MIB = 1024 * 1024


def _stored(data: Path) -> list[str]:
    """What submissions have left: pending jobs, keys, uploads, temporary files."""
    places = (data / "jobs" / "pending", data / "keys", data / "spool")
    files = (file for place in places for file in place.rglob("*") if file.is_file())
    pending = Manifests(DataFolder.at(data)).pending_ids()
    return [file.name for file in files if file.name != ".lock"] + pending


def _is_problem(answer: httpx.Response, code: str) -> bool:
    problem = answer.json()
    return (
        (answer.status_code, problem["status"], problem["code"]) == (503, 503, code)
        and answer.headers["Content-Type"] == "application/problem+json"
        and int(answer.headers["Retry-After"]) > 0
        and "nothing was accepted" in problem["detail"]
    )


def test_a_web_process_on_a_failing_disk_refuses_keeps_nothing_and_goes_on(
    make_service: MakeService,
) -> None:
    data = make_service().data
    supervisor = make_service("--workers", "1", data=data, command="supervise").start()
    web = make_service(data=data, command="web").start(
        GRISTMILL_FAULTS="durable.write=enospc@1!; durable.fsync=eio@1!; durable.rename=emfile@1!;"
        "pack.write=enospc@1!; pack.fsync=eio@1!; spool.write=enospc@1!"
    )
    headers = {"Idempotency-Key": "mine"}
    refusals = ["storage_full", "storage_failed", "storage_failed", "storage_full"]
    for code in (*refusals, "storage_failed"):
        answer = web.submit(text("Kept or not.", "kept"), headers=headers)
        assert _is_problem(answer, code), answer.text
        assert _stored(data) == []
    job_id = web.accepted(text("Kept or not.", "kept"), headers=headers)
    assert web.ended(job_id)["state"] == "succeeded"

    def upload() -> httpx.Response:
        raw = {"Content-Type": "text/plain"}
        return web.http.post("/ingest", params={"name": "up"}, content=b"Up.", headers=raw)

    answer = upload()
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_full")
    assert not [name for name in _stored(data) if name.startswith((".upload", "."))]
    assert web.ended(upload().json()["job_id"])["state"] == "succeeded"
    assert len(web.http.get("/documents").json()["items"]) == 2
    assert supervisor.stop() == 0


@pytest.mark.chaos
def test_workers_and_settlers_try_again_until_the_disk_lets_them(
    make_service: MakeService, tmp_path: Path
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number}.txt").write_text(f"Sack {number}.")
    service = make_service("--workers", "2", "--allow-root", str(tmp_path))
    service.start(
        GRISTMILL_FAULTS="library.commit=enospc@1!; library.write=eio@3!; durable.rename=eio@4!;"
        "durable.fsync=enospc@6!; lock.open=emfile@9!; manifest.unlink=eio@2!; pack.fsync=eio@4!"
    )
    jobs = [service.accepted(path(folder))]
    for number in range(10):
        with suppress(AssertionError):
            jobs.append(service.accepted(text(f"Text {number}.", f"text {number}")))
    for job_id in jobs:
        job = service.ended(job_id)
        assert [moment["state"] for moment in job["history"]] == ["queued", "running", "succeeded"]
    assert {row["state"] for row in service.ledger(jobs[0])} == {"succeeded"}
    assert not list((service.data / "jobs" / "pending").glob("*.json"))
    assert service.http.get("/readyz").status_code == 200
    assert service.stop() == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with room for little."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("needs the right to mount")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def _fill(ballast: Path) -> None:
    with open(ballast, "ab", buffering=0) as file:
        for size in (MIB, 4096, 64):
            with suppress(OSError):
                while file.write(bytes(size)) == size:
                    pass


@pytest.mark.chaos
def test_a_disk_that_is_full_for_a_while_loses_nothing(
    small_disk: Path, make_service: MakeService, tmp_path: Path
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for number in range(300):
        (folder / f"{number}.txt").write_text(f"Sack {number} holds flour. " * 200)
    service = make_service(
        *("--workers", "2", "--allow-root", str(tmp_path), "--min-free-disk-mb", "0"),
        data=small_disk / "data",
    )
    service.log = tmp_path / "service.log"
    service.start()
    jobs = [service.accepted(path(folder))]
    jobs += [service.accepted(text(f"Before {number}.")) for number in range(5)]
    _fill(small_disk / "ballast")
    answer = until(lambda: _refused(service, jobs), "a refusal")
    assert answer is not None
    assert _is_problem(answer, "storage_full"), answer.text
    stored = len(_stored(service.data))
    # Reads go on.
    assert service.http.get("/ingest").status_code == 200
    (small_disk / "ballast").unlink()
    jobs.append(until(lambda: _taken(service), "the intake's return"))
    assert stored <= len(jobs) + 5
    for job_id in jobs:
        job = service.ended(job_id)
        assert (job["state"], job["counts"]["failed"]) == ("succeeded", 0)
    assert service.job(jobs[0])["counts"]["total"] == 300
    assert not list((service.data / "jobs" / "pending").iterdir())
    assert service.stop() == 0


def _refused(service: Service, jobs: list[str]) -> httpx.Response | None:
    answer = service.submit(text(f"During {len(jobs)}. " * 100))
    if answer.status_code == 202:
        jobs.append(answer.json()["job_id"])
        return None
    return answer


def _taken(service: Service) -> str:
    answer = service.submit(text("After."))
    return answer.json()["job_id"] if answer.status_code == 202 else ""


@pytest.mark.chaos
@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs prlimit")
def test_a_supervisor_out_of_descriptors_for_a_while_goes_on_afterwards(
    make_service: MakeService,
) -> None:
    service = make_service("--workers", "2").start()
    first = service.accepted(text("Before.", "before"))
    service.ended(first)
    until(lambda: len(service.workers()) == 2, "two workers")
    limits = resource.prlimit(service.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(service.pid, resource.RLIMIT_NOFILE, (3, limits[1]))
    for pid in service.workers():
        os.kill(pid, 9)
    until(lambda: "Too many open files" in service.log.read_text(), "the shortage")
    assert psutil.pid_exists(service.pid)
    resource.prlimit(service.pid, resource.RLIMIT_NOFILE, limits)
    job_id = until(lambda: _taken(service), "the intake's return")
    assert service.ended(job_id)["state"] == "succeeded"
    until(lambda: len(service.workers()) == 2, "a pool of full size")
    until(lambda: service.http.get("/readyz").status_code == 200, "readiness")
    assert service.stop() == 0


@pytest.mark.slow
def test_a_full_disk_still_lets_users_delete_cancel_and_purge(
    small_disk: Path, make_service: MakeService, tmp_path: Path
) -> None:
    service = make_service("--workers", "1", "--min-free-disk-mb", "1", data=small_disk / "data")
    service.log = tmp_path / "service.log"
    held = tmp_path / "held"
    service.start(GRISTMILL_FAULTS=f"document.parse:held.txt=stop#{held}")
    ended = [service.accepted(text(f"wheel {n} " * 200, f"{n}.txt")) for n in range(12)]
    for job_id in ended:
        assert service.ended(job_id)["state"] == "succeeded"
    until(lambda: (service.data / "reserve").exists(), "the reserve")
    service.accepted(text("held", "held.txt"))
    (worker,) = until(lambda: stopped_workers(service), "the stopped worker")
    # The ends of jobs of one moment share a file, in whose last page a short one may find room.
    waiting = service.accepted(text("waiting " * 1000, "waiting.txt"))
    _fill(small_disk / "ballast")

    answer = service.http.delete(f"/ingest/{waiting}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "cancelled"
    assert not (service.data / "reserve").exists()
    # Others may take what was given up: then it is as full as before.
    document = service.http.get("/documents").json()["items"][0]["document_id"]
    assert service.http.delete(f"/documents/{document}").status_code == 204
    assert service.http.get(f"/documents/{document}").status_code == 404
    code, said, err = run("purge", "--older-than", "0s", data=service.data)
    assert (code, "dropped 13 jobs" in said) == (0, True), said + err

    (small_disk / "ballast").unlink()
    until(lambda: (service.data / "reserve").exists(), "another reserve")
    worker.resume()
    job_id = until(lambda: _taken(service), "the intake's return")
    assert service.ended(job_id)["state"] == "succeeded"
    assert service.stop() == 0
