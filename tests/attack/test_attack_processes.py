"""Its processes are killed and stopped from outside, all kinds at once and again and again."""

import contextlib
import os
import signal
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest
from support.running import Service, running, text, until

Kind = Callable[[Service], list[psutil.Process]]


def webs(service: Service) -> list[psutil.Process]:
    found = []
    for each in psutil.Process(service.pid).children():
        with contextlib.suppress(psutil.Error):
            if "--ready-fd" in each.cmdline():
                found.append(each)
    return found


def workers(service: Service) -> list[psutil.Process]:
    found = []
    for pid in service.workers():
        with contextlib.suppress(psutil.Error):
            found.append(psutil.Process(pid))
    return found


def forkservers(service: Service) -> list[psutil.Process]:
    found = []
    for each in psutil.Process(service.pid).children():
        with contextlib.suppress(psutil.Error):
            if "forkserver" in " ".join(each.cmdline()):
                found.append(each)
    return found


def answers(service: Service) -> bool:
    try:
        return service.http.get("/healthz", timeout=2.0).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("kind", [webs, workers, forkservers], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP, signal.SIGSEGV, signal.SIGTERM])
def test_no_kind_of_process_is_one_that_the_service_cannot_do_without(
    tmp_path: Path, kind: Kind, number: signal.Signals
) -> None:
    flags = ("--workers", "2", "--web-processes", "2", "--timeout-s", "15")
    with running(tmp_path / "data", *flags) as service:
        jobs = [service.accepted(text(f"before {n} " * 50, f"{n}.txt")) for n in range(20)]
        for _ in range(3):
            for process in until(lambda: kind(service), "a process of the kind"):
                with contextlib.suppress(psutil.Error):
                    os.kill(process.pid, number)
        until(lambda: answers(service), "an answer")
        jobs.append(until(lambda: taken(service), "the intake's return"))
        for job_id in jobs:
            job = until(lambda: ended(service, job_id), "the job's end")  # noqa: B023
            assert job is not None and job["state"] == "succeeded", job
        assert len(service.http.get("/documents?limit=1000").json()["items"]) == len(jobs)
        # The Pool's own thread dies of its forkserver's end, and is replaced with the Pool.
        log = service.log.read_text()
        assert log.count("Traceback") == log.count("(_handle_workers):\nTraceback"), log[-3000:]


def taken(service: Service) -> str:
    with contextlib.suppress(httpx.TransportError):
        answer = service.submit(text("after", "after.txt"))
        if answer.status_code in (202, 409):
            job_id: str = answer.json()["job_id"]
            return job_id
    return ""


def ended(service: Service, job_id: str) -> dict[str, object] | None:
    with contextlib.suppress(httpx.TransportError):
        answer = service.http.get(f"/ingest/{job_id}", params={"wait": "2"}, timeout=15.0)
        if answer.status_code == 200:
            job: dict[str, object] = answer.json()
            return job
    return None
