"""A service whose uploads wait in a bucket: from the submission to the end of the last object."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.dask_cluster import dask_cluster
from support.object_store import ObjectStore, object_store
from support.running import Service, ask, stopped_workers, until

from gristmill.storage.layout import DataFolder
from gristmill.storage.upkeep.orphans import drop_orphans

pytestmark = pytest.mark.cluster
PLACE = "mill/uploads"
ADDRESS = f"s3://{ObjectStore.bucket}/{PLACE}"
APPLES = b"Apples and flour."
LARGE = b"A sack of flour, and a second one. " * 300_000
Serve = Callable[..., Service]


@pytest.fixture
def store() -> Iterator[ObjectStore]:
    with object_store() as store:
        yield store


@pytest.fixture
def serve(make_service: Serve, store: ObjectStore) -> Serve:
    def start(*flags: str, **env: str) -> Service:
        flags = ("--workers", "1", "--spool", ADDRESS, *flags)
        return make_service(*flags, env=store.env).start(**env)

    return start


def _uploads(store: ObjectStore) -> list[str]:
    return store.keys(f"{PLACE}/spool")


def _files(service: Service) -> list[str]:
    return [path.name for path in DataFolder.at(service.data).spool.rglob("*") if path.is_file()]


def _send(service: Service, *documents: bytes) -> httpx.Response:
    files = [("file", (f"{number}.txt", each)) for number, each in enumerate(documents)]
    return service.http.post("/ingest", files=files)


def _sent(service: Service, *documents: bytes) -> str:
    answer = _send(service, *documents)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["job_id"])


def _stopped(service: Service) -> list[Any]:
    return until(lambda: stopped_workers(service), "the worker that stands still")


def test_uploads_are_objects_while_a_job_needs_them_and_gone_afterwards(
    serve: Serve, store: ObjectStore, tmp_path: Path
) -> None:
    mark = tmp_path / "stopped"
    service = serve(GRISTMILL_FAULTS=f"document.read:0.txt=stop#{mark}")
    job_id = _sent(service, APPLES, LARGE)
    (worker,) = _stopped(service)
    assert len(_uploads(store)) == 1 and _files(service) == []
    worker.resume()
    job = service.ended(job_id)
    assert (job["state"], job["counts"]["succeeded"]) == ("succeeded", 2), job
    assert [hit["uri"] for hit in service.search("apples")] == ["0.txt"]
    assert until(lambda: _uploads(store) == [], "the end of the objects")
    assert service.stop() == 0
    kept = [path.read_bytes() for path in service.data.rglob("*") if path.is_file()]
    secret = store.env["AWS_SECRET_ACCESS_KEY"].encode()
    assert not any(secret in each for each in [*kept, service.log.read_bytes()])


def test_an_object_that_is_missing_is_a_fetch_error_of_its_document(
    serve: Serve, store: ObjectStore, tmp_path: Path
) -> None:
    mark = tmp_path / "stopped"
    service = serve(GRISTMILL_FAULTS=f"document.read:0.txt=stop#{mark}")
    job_id = _sent(service, APPLES)
    (worker,) = _stopped(service)
    (key,) = _uploads(store)
    store.drop(key)
    worker.resume()
    assert service.ended(job_id)["state"] == "failed"
    (row,) = service.ledger(job_id)
    assert row["code"] == "fetch_error", row
    assert "the object is not there" in row["message"]
    assert row["attempts"] > 1


def test_without_the_store_nothing_is_accepted_and_all_goes_on_with_it(
    serve: Serve, store: ObjectStore
) -> None:
    service = serve()
    store.stop()
    answer = _send(service, APPLES)
    assert answer.status_code == 503, answer.text
    problem = answer.json()
    assert problem["code"] == "storage_failed" and "object store" in problem["detail"]
    assert answer.headers["Retry-After"]
    assert service.all("/ingest") == [] and _files(service) == []
    # What brings no bytes needs no store.
    assert service.ended(service.accepted({"type": "text", "text": "bran"}))["state"] == "succeeded"
    store.start()
    assert service.ended(_sent(service, APPLES))["state"] == "succeeded"


def test_an_upload_whose_submission_was_killed_is_dropped_by_age(
    serve: Serve, store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = serve(GRISTMILL_FAULTS=f"accept.before_manifest=kill#{tmp_path / 'killed'}")
    with pytest.raises(httpx.TransportError):
        _send(service, APPLES)
    assert len(_uploads(store)) == 1
    until(lambda: _is_well(service), "the next web process")
    kept = _sent(service, LARGE)
    assert service.ended(kept)["state"] == "succeeded"
    for name, value in store.env.items():
        monkeypatch.setenv(name, value)
    folder = DataFolder.at(service.data, ADDRESS)
    assert drop_orphans(folder, time.time() - 3600) == 0
    assert drop_orphans(folder, time.time() + 3600) == 1
    assert _uploads(store) == []


def _is_well(service: Service) -> bool:
    try:
        return service.http.get("/healthz").is_success
    except httpx.TransportError:
        return False


def test_uploads_of_the_time_before_are_read_where_they_are(
    make_service: Serve, serve: Serve, store: ObjectStore, tmp_path: Path
) -> None:
    before = make_service("--workers", "1").start(
        GRISTMILL_FAULTS=f"document.read:0.txt=stop#{tmp_path / 'stopped'}"
    )
    job_id = _sent(before, APPLES)
    _stopped(before)
    before.kill()
    service = serve()
    assert service.ended(job_id)["state"] == "succeeded"
    assert until(lambda: _files(service) == [], "the end of the file") and _uploads(store) == []


def test_check_finds_what_is_missing_in_the_bucket(
    serve: Serve, store: ObjectStore, tmp_path: Path
) -> None:
    service = serve(GRISTMILL_FAULTS=f"document.read:0.txt=stop#{tmp_path / 'stopped'}")
    _sent(service, APPLES)
    _stopped(service)
    service.signal(signal.SIGKILL)
    service.wait()
    env = {**store.env, "GRISTMILL_SPOOL": ADDRESS}
    # The index of jobs may be behind, where the kill came soon after the submission.
    assert "spool" not in ask("check", data=service.data, env=env)[1]
    store.drop(_uploads(store)[0])
    code, text, _ = ask("check", data=service.data, env=env)
    assert code == 1 and "spool_missing" in text
    store.stop()
    code, text, _ = ask("check", data=service.data, env=env)
    assert code == 1 and "spool_unreachable" in text


def test_nodes_read_uploads_from_the_bucket(
    make_service: Serve, store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in store.env.items():
        monkeypatch.setenv(name, value)
    with dask_cluster(tmp_path / "cluster", nodes=2) as cluster:
        flags = ("--engine", "dask", "--scheduler", cluster.address, "--spool", ADDRESS)
        service = make_service("--workers", "1", *flags).start()
        job = service.ended(_sent(service, APPLES, LARGE, b"Bran."))
        assert (job["state"], job["counts"]["succeeded"]) == ("succeeded", 3), job
        assert _files(service) == []
        assert until(lambda: _uploads(store) == [], "the end of the objects")
