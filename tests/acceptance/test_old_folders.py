"""A data folder of version 0.1.0 (its service was killed with jobs waiting) is read as before."""

import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from support.running import Service, ask, until

OLD = Path(__file__).parents[1] / "storage" / "data" / "folder-0.1.0.tar.xz"
MakeService = Callable[..., Service]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    with tarfile.open(OLD) as archive:
        archive.extractall(data, filter="data")
    return data


def test_what_had_ended_is_shown_and_what_waited_is_run(
    old: Path, make_service: MakeService
) -> None:
    service = make_service("--workers", "1", data=old).start()
    listed = service.http.get("/ingest", params={"limit": "100"}).json()["items"]
    for job in listed:
        service.ended(job["job_id"])
    jobs = service.http.get("/ingest", params={"limit": "100"}).json()["items"]
    states = [job["state"] for job in jobs]
    assert (len(jobs), states.count("succeeded"), states.count("partial")) == (29, 28, 1)
    (partial,) = (job for job in jobs if job["state"] == "partial")
    codes = {row["uri"]: row["code"] for row in service.ledger(partial["job_id"])}
    assert codes == {"a.txt": None, "b.pdf": "parse_error"}
    for query, uri in {
        "lantern": "lantern",
        "apprentice": "waiting.txt",
        "waiting batch 2": "waiting 2",
        "rye barley": "grain",
        "sack number 13": "sack 13",
    }.items():
        hits = until(lambda q=query: service.search(q), query)  # type: ignore[misc]
        assert hits[0]["uri"] == uri
    (named,) = service.http.get("/documents", params={"collection": "mill", "limit": "1"}).json()[
        "items"
    ]
    assert named["collection"] == "mill"


@pytest.mark.slow
def test_an_old_key_is_still_known(old: Path, make_service: MakeService) -> None:
    service = make_service("--workers", "1", data=old).start()
    body = {
        "sources": [
            {"type": "text", "text": "Rye and barley, ground at dawn.", "name": "grain"},
        ],
        "metadata": {"mill": "upper"},
    }
    again = service.http.post("/ingest", json=body, headers={"Idempotency-Key": "upper-1"})
    assert again.json()["state"] == "succeeded"
    body["metadata"] = {"mill": "lower"}
    other = service.http.post("/ingest", json=body, headers={"Idempotency-Key": "upper-1"})
    assert other.status_code == 422


def test_an_old_folder_is_exported_and_found_sound_without_a_service(old: Path) -> None:
    code, lines, errors = ask("export", data=old)
    assert (code, len(lines.splitlines())) == (0, 25), errors
    code, findings, _ = ask("check", "--repair", data=old)
    assert code == 0, findings
