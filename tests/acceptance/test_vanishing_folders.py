"""What a service lives on vanishes under it: it says so and ends, or makes it again."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from support.running import Service, text, until
from support.selection import rest_slow

from gristmill.pool.client import PoolClient
from gristmill.storage.stores import Stores

MakeService = Callable[..., Service]


@pytest.mark.slow
@pytest.mark.parametrize("how", rest_slow("removed", "moved", "replaced"))
def test_a_service_whose_folder_vanishes_says_so_in_a_sentence_and_ends(
    make_service: MakeService, tmp_path: Path, how: str
) -> None:
    service = make_service("--workers", "1").start()
    job_id = service.accepted(text("wheel", "a.txt"))
    service.ended(job_id)
    if how == "removed":
        until(lambda: _is_removed(service.data), "the removal of the folder")
    else:
        service.data.rename(tmp_path / "elsewhere")
    if how == "replaced":
        shutil.copytree(
            tmp_path / "elsewhere", service.data, ignore=shutil.ignore_patterns("socket")
        )
    else:
        with suppress(httpx.HTTPError):
            # Until it has ended it may be asked, and neither accepts nor says that it is empty.
            for path in ("/documents", f"/ingest/{job_id}"):
                assert service.http.get(path).status_code == 503, path
            until(lambda: service.http.get("/readyz").status_code == 503, "a word of it")
    assert service.wait() == 6
    log = service.log.read_text()
    assert log.count("under the running service") == 1 and "Traceback" not in log, log
    if how != "replaced":
        assert not service.data.exists()


@pytest.mark.slow
def test_a_socket_that_is_removed_is_served_anew(make_service: MakeService) -> None:
    service = make_service("--workers", "1").start()
    service.ended(service.accepted(text("wheel", "a.txt")))
    socket = service.data / "run" / "socket"
    for _ in range(2):
        socket.unlink()
        until(socket.exists, "another socket")
        # A line that is new, not one that was open before.
        until(PoolClient(Stores.at(service.data)).alive, "an answer")
    assert service.ended(service.accepted(text("stone", "b.txt")))["state"] == "succeeded"
    assert service.log.read_text().count("served anew") == 2
    assert service.stop() == 0


def _is_removed(data: Path) -> bool:
    """The service may make a file in a folder that is being emptied."""
    shutil.rmtree(data, ignore_errors=True)
    return not data.exists()
