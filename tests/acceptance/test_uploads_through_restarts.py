"""What a client uploads while its service dies and comes back is there once, all of it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.patience import WAIT_S
from support.restarting import free_port, upload_through_restarts
from support.running import Service

from gristmill import Client

MakeService = Callable[..., Service]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("uploads", "every"),
    [
        pytest.param(24, 7, id="24"),
        pytest.param(300, 40, id="300", marks=[pytest.mark.slow, pytest.mark.timeout(900)]),
        pytest.param(10_000, 250, id="10000", marks=[pytest.mark.chaos, pytest.mark.timeout(3600)]),
    ],
)
def test_uploads_through_restarts_are_as_many_documents_and_none_twice(
    uploads: int, every: int, in_memory: Path, make_service: MakeService
) -> None:
    port = free_port()
    data = in_memory / "data"
    service = make_service(
        "--workers", "1", "--port", str(port), "--queue-depth", "20000", data=data
    )
    service.start()
    url = f"http://127.0.0.1:{port}"
    jobs = upload_through_restarts(service, url, uploads, every)
    assert len(set(jobs)) == uploads
    with Client(url, patience_s=WAIT_S) as client:
        for job in jobs:
            assert client.wait(job).counts.succeeded == 1
        uris = [document.uri for document in client.iter_documents(collection="restarts")]
        assert sorted(uris) == sorted(f"{number}.txt" for number in range(uploads))
        assert {job.job_id for job in client.iter_jobs(collection="restarts")} == set(jobs)
