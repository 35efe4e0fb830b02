"""Its processes are killed and stopped from outside, all kinds at once and again and again."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator

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


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One for all of it: what the attacks before have left has to be borne, too."""
    flags = ("--workers", "2", "--web-processes", "2", "--timeout-s", "4")
    with running(tmp_path_factory.mktemp("killed") / "data", *flags) as service:
        yield service


@pytest.mark.parametrize("kind", [webs, workers, forkservers], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP, signal.SIGSEGV, signal.SIGTERM])
def test_no_kind_of_process_is_one_that_the_service_cannot_do_without(
    mill: Service, kind: Kind, number: signal.Signals
) -> None:
    until(lambda: answers(mill), "an answer")
    name, before = f"{kind.__name__}-{number.name}", len(mill.log.read_text())
    jobs = [accepted(mill, f"before {n} of {name} " * 50, name) for n in range(20)]
    for _ in range(3):
        for process in until(lambda: kind(mill), "a process of the kind"):
            with contextlib.suppress(psutil.Error):
                os.kill(process.pid, number)
    until(lambda: answers(mill), "an answer")
    jobs.append(accepted(mill, f"after {name}", name))
    for job_id in jobs:
        job = until(lambda: ended(mill, job_id), "the job's end")  # noqa: B023
        assert job is not None and job["state"] == "succeeded", job
    found = until(lambda: documents(mill, name), "the list of documents")
    assert len(found) == len(jobs)
    # The Pool's own thread dies of its forkserver's end, and is replaced with the Pool.
    log = mill.log.read_text()[before:]
    assert log.count("Traceback") == log.count("(_handle_workers):\nTraceback"), log[-3000:]


def accepted(service: Service, content: str, collection: str) -> str:
    """Submit it until it is taken: the web process that is asked may just have been killed."""
    return until(lambda: taken(service, content, collection), "the intake's return")


def taken(service: Service, content: str, collection: str) -> str:
    with contextlib.suppress(httpx.TransportError):
        answer = service.submit(text(content, f"{content[:20]}.txt"), collection=collection)
        if answer.status_code in (202, 409):
            job_id: str = answer.json()["job_id"]
            return job_id
    return ""


def documents(service: Service, collection: str) -> list[object]:
    with contextlib.suppress(httpx.TransportError):
        asked = {"collection": collection, "limit": "1000"}
        items: list[object] = service.http.get("/documents", params=asked).json()["items"]
        return items
    return []


def ended(service: Service, job_id: str) -> dict[str, object] | None:
    with contextlib.suppress(httpx.TransportError):
        answer = service.http.get(f"/ingest/{job_id}", params={"wait": "2"}, timeout=15.0)
        if answer.status_code == 200:
            job: dict[str, object] = answer.json()
            return job
    return None
