"""A store that fails, is slow or hangs up (N7): never a 202 for what it does not have, and a
document that cannot be read says so after its attempts."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from support.moody_store import CUTS_OFF, FAILS, SLOW, WELL, MoodyStore, moody_store
from support.object_store import ObjectStore, object_store
from support.running import Service, stopped_workers, until

pytestmark = pytest.mark.cluster
APPLES = b"Apples and flour. " * 2000


@pytest.fixture(scope="module")
def behind() -> Iterator[ObjectStore]:
    with object_store() as store:
        yield store


@pytest.fixture
def store(behind: ObjectStore) -> Iterator[MoodyStore]:
    with moody_store(behind.url) as store:
        yield store


@pytest.fixture
def serve(
    make_service: Callable[..., Service], behind: ObjectStore, store: MoodyStore, tmp_path: Path
) -> Callable[..., Service]:
    def start(**env: str) -> Service:
        spool = f"s3://{ObjectStore.bucket}/{tmp_path.name}"
        names = {**behind.env, "AWS_ENDPOINT_URL": store.url}
        return make_service("--workers", "1", "--spool", spool, env=names).start(**env)

    return start


def _send(service: Service) -> httpx.Response:
    return service.http.post("/ingest", files=[("file", ("apples.txt", APPLES))])


def test_what_a_failing_store_does_not_take_is_not_accepted(
    serve: Callable[..., Service], store: MoodyStore
) -> None:
    service = serve()
    store.mood = FAILS
    asked = store.asked
    answer = _send(service)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_failed"), answer.text
    # Within one submission it is asked again, a few times.
    assert 1 < store.asked - asked < 10
    assert service.all("/ingest") == []
    store.mood = WELL
    assert service.ended(_send(service).json()["job_id"])["state"] == "succeeded"


def test_a_slow_store_makes_a_submission_slow_and_no_more(
    serve: Callable[..., Service], store: MoodyStore
) -> None:
    service = serve()
    store.mood = SLOW
    answer = _send(service)
    assert answer.status_code == 202, answer.text
    assert answer.elapsed.total_seconds() > store.slow_s
    assert service.ended(answer.json()["job_id"])["state"] == "succeeded"


@pytest.mark.parametrize("mood", [FAILS, CUTS_OFF])
def test_a_document_that_the_store_does_not_give_out_is_a_fetch_error_after_its_attempts(
    serve: Callable[..., Service], store: MoodyStore, tmp_path: Path, mood: str
) -> None:
    service = serve(GRISTMILL_FAULTS=f"document.read:apples.txt=stop#{tmp_path / 'stopped'}")
    job_id = _send(service).json()["job_id"]
    (worker,) = until(lambda: stopped_workers(service), "the worker that stands still")
    store.mood = mood
    worker.resume()
    assert service.ended(job_id)["state"] == "failed"
    (row,) = service.ledger(job_id)
    assert row["code"] == "fetch_error" and row["attempts"] > 1, row
    assert "object store cannot be reached, or fails" in row["message"]
    # Kept for a retry, which finds the store well again.
    store.mood = WELL
    assert service.http.post(f"/ingest/{job_id}/retry").status_code == 202
    until(lambda: service.job(job_id)["state"] == "succeeded", "the end of the second run")
