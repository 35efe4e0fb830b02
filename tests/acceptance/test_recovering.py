"""What the storm (`benchmarks.chaos`) found, each as a fault at its place."""

import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from running import Service, run, text, until

MakeService = Callable[..., Service]


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder whose sockets' names are short enough for a socket's address."""
    with tempfile.TemporaryDirectory(prefix="g-") as name:
        yield Path(name)


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
    assert run("check", data=service.data)[0] == 0


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
