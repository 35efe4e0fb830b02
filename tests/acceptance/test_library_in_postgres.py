"""A service whose library is in PostgreSQL, from the submission to the search."""

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from support.postgres_server import PostgresServer, postgres_server
from support.running import Service, ask, run, stopped_workers, text, until

from gristmill.storage.layout import DataFolder

pytestmark = pytest.mark.cluster
SECRET = "0nly-for-tests-of-rye"
Serve = Callable[..., Service]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as started:
        yield started


@pytest.fixture
def address(server: PostgresServer) -> str:
    return server.new_library()


@pytest.fixture
def serve(make_service: Serve, address: str) -> Serve:
    def start(*flags: str, **env: str) -> Service:
        flags = ("--workers", "2", "--library", address, *flags)
        return make_service(*flags, env={"PGPASSWORD": SECRET}).start(**env)

    return start


def _sent(service: Service, count: int) -> str:
    files = [
        ("file", (f"{n}.txt", f"Sack number {n} of apples and flour.".encode()))
        for n in range(count)
    ]
    answer = service.http.post("/ingest", files=files)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["job_id"])


def _is_clean(service: Service) -> bool:
    code, out, err = ask("check", data=service.data)
    assert code == 0, out + err
    return True


def test_files_are_ingested_and_found_and_no_secret_is_kept(
    serve: Serve, server: PostgresServer, address: str, tmp_path: Path
) -> None:
    folder = Path(__file__).parents[2] / "examples" / "documents"
    service = serve("--allow-root", str(folder))
    job = service.ended(service.accepted({"type": "path", "path": str(folder)}, collection="shelf"))
    assert job["state"] in ("succeeded", "partial") and job["counts"]["succeeded"] > 5, job
    documents = service.all("/documents")
    assert len(documents) == job["counts"]["succeeded"]
    word = documents[0]["title"] or documents[0]["uri"]
    assert service.search("flour", collection="shelf") == service.search("flour")
    page = service.http.get("/documents", params={"filter": "pages >= 1", "facets": "media_type"})
    assert page.status_code == 200 and page.json()["facets"], word
    kept = service.http.get(f"/documents/{documents[0]['document_id']}").json()
    assert kept["uri"] == documents[0]["uri"]
    assert service.stop() == 0 and _is_clean(service)
    assert not DataFolder.at(service.data).library.exists()
    counted = server.sql("SELECT count(*) FROM documents", address)
    assert int(counted) == len(documents)
    bytes_kept = [path.read_bytes() for path in service.data.rglob("*") if path.is_file()]
    assert not any(SECRET.encode() in each for each in [*bytes_kept, service.log.read_bytes()])


def test_the_folder_knows_its_library_and_refuses_another(
    serve: Serve, server: PostgresServer
) -> None:
    service = serve()
    service.ended(_sent(service, 2))
    assert service.stop() == 0
    code, out, _ = ask("search", "sack", "--json", data=service.data)
    assert code == 0 and len(json.loads(out)["items"]) == 2
    (service.data.parent / "more.txt").write_text("One more sack.")
    code, _, err = run("ingest", str(service.data.parent / "more.txt"), data=service.data)
    assert code == 0, err
    code, out, _ = ask("search", "sack", "--json", data=service.data)
    assert code == 0 and len(json.loads(out)["items"]) == 3
    other = ["serve", "--library", server.new_library(), "--port", "0"]
    code, _, err = ask(*other, data=service.data)
    assert code != 0 and "gristmill migrate" in err
    code, _, err = ask("backup", str(service.data.parent / "b"), data=service.data)
    assert code != 0 and "pg_dump" in err


def test_the_password_comes_from_a_file_also_for_workers_that_are_locked_in(
    make_service: Serve, tmp_path: Path
) -> None:
    with postgres_server(SECRET) as server:
        address = server.new_library()
        place = tmp_path / "elsewhere" / "pgpass"
        place.parent.mkdir()
        place.write_text(f"*:*:*:*:{SECRET}\n")
        place.chmod(0o600)
        flags = ("--workers", "1", "--library", address)
        service = make_service(*flags, env={"PGPASSFILE": str(place)}).start()
        assert service.ended(_sent(service, 2))["counts"]["succeeded"] == 2
        assert len(service.search("sack")) == 2
        assert service.stop() == 0
        place.write_text(f"*:*:*:*:{SECRET}-of-before\n")
        code, _, err = ask("search", "sack", data=service.data, env={"PGPASSFILE": str(place)})
        assert code != 0 and "password authentication failed" in err and SECRET not in err
        kept = [path.read_bytes() for path in service.data.rglob("*") if path.is_file()]
        assert not any(SECRET.encode() in each for each in [*kept, service.log.read_bytes()])


def test_what_runs_is_cancelled_and_retried(serve: Serve, tmp_path: Path) -> None:
    mark = tmp_path / "stopped"
    service = serve(GRISTMILL_FAULTS=f"document.read:1.txt=stop#{mark}")
    job_id = _sent(service, 3)
    (worker,) = until(lambda: stopped_workers(service), "the worker that stands still")
    assert service.http.delete(f"/ingest/{job_id}").is_success
    worker.resume()
    job = service.ended(job_id)
    assert job["state"] in ("cancelled", "partial"), job
    assert service.http.post(f"/ingest/{job_id}/retry").is_success
    job = service.ended(job_id)
    assert (job["state"], job["counts"]["succeeded"]) == ("succeeded", 3), job
    assert len(service.search("sack")) == 3


@pytest.mark.parametrize("point", ["commit.before", "library.commit", "library.committed"])
def test_a_worker_that_is_killed_leaves_each_document_once(
    serve: Serve, server: PostgresServer, address: str, tmp_path: Path, point: str
) -> None:
    service = serve(GRISTMILL_FAULTS=f"{point}=kill@1!#{tmp_path / 'once'}")
    job = service.ended(_sent(service, 12))
    assert (job["state"], job["counts"]["succeeded"]) == ("succeeded", 12), job
    assert (tmp_path / "once").exists()
    assert int(server.sql("SELECT count(*) FROM chunks", address)) == 12
    found = [hit["uri"] for hit in service.search("sack", limit="99")]
    assert sorted(found) == sorted(f"{n}.txt" for n in range(12))


def test_a_server_that_crashes_costs_no_document(
    server: PostgresServer, serve: Serve, tmp_path: Path
) -> None:
    mark = tmp_path / "stopped"
    service = serve(GRISTMILL_FAULTS=f"document.read:5.txt=stop#{mark}")
    job_id = _sent(service, 12)
    (worker,) = until(lambda: stopped_workers(service), "the worker that stands still")
    server.stop(signal.SIGQUIT)
    try:
        answer = service.submit(text("Nobody may take this."))
        assert answer.status_code == 503, answer.text
        assert answer.json()["code"] == "storage_failed" and SECRET not in answer.text
    finally:
        server.start()
    worker.resume()
    job = service.ended(job_id)
    assert (job["state"], job["counts"]["succeeded"]) == ("succeeded", 12), job
    assert psutil.pid_exists(service.pid) and len(service.search("sack", limit="99")) == 12
