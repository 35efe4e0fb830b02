"""What the storm (`benchmarks.chaos`) found, each as a fault at its place."""

import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from support.running import Service, ask, at_work, stopped_workers, text, until

MakeService = Callable[..., Service]


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder whose sockets' names are short enough for a socket's address."""
    with tempfile.TemporaryDirectory(prefix="g-") as name:
        yield Path(name)


@pytest.mark.slow
def test_a_job_that_ended_just_before_its_supervisor_was_killed_is_listed(
    make_service: MakeService,
) -> None:
    service = make_service("--workers", "1").start(GRISTMILL_FAULTS="settle.before_unlink=kill")
    job_id = service.accepted(text("Settled, and not yet indexed."))
    assert service.wait() == -signal.SIGKILL
    service.start()
    items = service.http.get("/ingest", params={"state": "succeeded"}).json()["items"]
    assert [job["job_id"] for job in items] == [job_id]
    assert service.stop() == 0
    assert ask("check", data=service.data)[0] == 0


@pytest.mark.slow
def test_a_killed_supervisor_leaves_no_temporary_files_after_the_next_start(
    make_service: MakeService, short_path: Path
) -> None:
    temp = short_path / "temp"
    temp.mkdir()
    service = make_service("--workers", "1", data=short_path / "data", env={"TMPDIR": str(temp)})
    service.start()
    until(service.workers, "a worker")
    service.kill()
    service.start()
    until(service.workers, "a worker")
    assert service.stop() == 0
    assert not list(temp.iterdir())
    assert not list((service.data / "run").glob("pymp-*"))


@pytest.mark.slow
def test_a_worker_whose_forkserver_died_before_it_joined_never_comes_to_work(
    make_service: MakeService, tmp_path: Path
) -> None:
    marker = tmp_path / "once"
    service = make_service("--workers", "1").start(GRISTMILL_FAULTS=f"life.boot=stop#{marker}")
    until(marker.exists, "a worker that stopped at its start")
    (orphan,) = until(lambda: stopped_workers(service), "the worker that stands still")
    os.kill(orphan.ppid(), signal.SIGKILL)
    assert service.ended(service.accepted(text("Done by another.")))["state"] == "succeeded"
    with suppress(psutil.NoSuchProcess):  # It may have been given up meanwhile.
        orphan.resume()
    until(lambda: not at_work(orphan), "the end of the orphan")
    assert service.ended(service.accepted(text("And another.")))["state"] == "succeeded"
