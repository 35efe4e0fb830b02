"""Nodes on Dask, the library in PostgreSQL, uploads and originals in S3, all at once, while no node
sees the service's data folder: each promise as on one machine, most of them beside one."""

import json
import signal
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from support.combination import PLACE, Combination, combination
from support.dask_cluster import dask_cluster
from support.node_jobs import joined
from support.object_store import object_store
from support.postgres_server import postgres_server
from support.running import Service, ask, running, until
from support.scanning import DPI, EXAMPLES, as_file, needs_tesseract, share_right, typeset
from support.writers.pdf_writer import text_page, write_pdf

from gristmill.storage.layout import DataFolder

pytestmark = pytest.mark.cluster
FLAGS = ("--worker-memory-mb", "350", "--split-pages", "5", "--keep-originals", "yes")
FAULTS = (
    "document.parse:hangs.txt=hang; document.parse:grows.txt=eat; document.parse:dies.txt=segfault"
)
CODES = {"dies.txt": "crashed", "grows.txt": "out_of_memory", "hangs.txt": "timeout"}
PAGES = 23
BOOK = write_pdf(
    [
        text_page(f"of page {n - 1}.", f"Sack {n} of good flour is", "named at the end")
        for n in range(PAGES)
    ],
    title="The book of sacks",
)
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def marks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("marks")


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory, marks: Path) -> Iterator[Combination]:
    stops = f"document.read:stands.txt=stop#{marks}/stood"
    env = {"GRISTMILL_FAULTS": f"{FAULTS}; {stops}"}
    with combination(tmp_path_factory.mktemp("far"), *FLAGS, env=env) as all_of_it:
        yield all_of_it


@pytest.fixture(scope="module")
def near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The same on one machine, in one folder."""
    place = tmp_path_factory.mktemp("near")
    flags = ("--workers", "2", *FLAGS)
    with running(place / "data", *flags, env={"GRISTMILL_FAULTS": FAULTS}) as service:
        yield service


def _sent(service: Service, files: Files, collection: str, **fields: str) -> str:
    parts = [("file", (name, data)) for name, data in files.items()]
    fields["collection"] = collection
    answer = service.http.post("/ingest", files=parts, data=fields)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["job_id"])


def _told(service: Service, files: Files, collection: str, **fields: str) -> dict[str, Any]:
    """All that a service says of files: of the job, of each document, and what it made of it."""
    job = service.ended(_sent(service, files, collection, **fields))
    rows = service.ledger(job["job_id"])
    return {
        "job": (job["state"], job["counts"]),
        "ledger": sorted((r["uri"], r["state"], r["code"], r["attempts"]) for r in rows),
        "pages": {row["uri"]: row["pages"] for row in rows},
        "chunks": {d["uri"]: _chunks(service, d) for d in _documents(service, collection)},
        "found": _found(service, "flour", collection),
    }


def _documents(service: Service, collection: str) -> list[dict[str, Any]]:
    asked = {"collection": collection, "limit": "1000"}
    found: list[dict[str, Any]] = service.http.get("/documents", params=asked).json()["items"]
    return found


def _chunks(service: Service, document: dict[str, Any]) -> list[tuple[Any, ...]]:
    chunks = service.all(f"/documents/{document['document_id']}/chunks")
    return [(each["text"], each["page"], each["headings"]) for each in chunks]


def _found(service: Service, words: str, collection: str) -> list[tuple[str, str, float]]:
    hits = service.search(words, collection=collection, limit="100")
    return sorted((hit["uri"], hit["text"], round(hit["score"], 6)) for hit in hits)


def test_the_examples_become_what_they_become_on_one_machine(
    far: Combination, near: Service
) -> None:
    files = {path.name: path.read_bytes() for path in sorted(EXAMPLES.iterdir())}
    here, there = (_told(each, files, "examples") for each in (near, far.service))
    assert there["job"][1]["succeeded"] > 20 and there["found"]
    assert there == here
    # Of what failed, uploads are kept for a retry.
    assert len(far.uploads()) == 1
    data = DataFolder.at(far.service.data)
    assert not data.library.exists() and not (data.root / "originals").exists()
    assert [each for each in data.spool.rglob("*") if each.is_file()] == []


def test_archives_and_a_document_in_parts_become_what_they_become_on_one_machine(
    far: Combination, near: Service
) -> None:
    inner, outer = BytesIO(), BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("deep/d.txt", "The third sack of flour.")
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("a.txt", "The first sack of flour.")
        archive.writestr("broken.docx", "Nothing of an office.")
        archive.writestr("inner.zip", inner.getvalue())
    files = {"bundle.zip": outer.getvalue(), "book.pdf": BOOK}
    here, there = (_told(each, files, "bundles") for each in (near, far.service))
    assert there == here
    states = {uri: state for uri, state, *_ in there["ledger"]}
    assert states["book.pdf"] == states["bundle.zip!/inner.zip!/deep/d.txt"] == "succeeded"
    assert there["pages"]["book.pdf"] == PAGES


def test_what_hangs_grows_or_crashes_ends_as_it_does_on_one_machine(
    far: Combination, near: Service
) -> None:
    codes: dict[str, str] = {}
    # What grows may take longer than what hangs, on a busy machine.
    for names, fields in ((("hangs.txt",), {"timeout_s": "3"}), (("dies.txt", "grows.txt"), {})):
        files = {name: f"What {name} says of flour.".encode() for name in (*names, "good.txt")}
        here, there = (_told(each, files, names[0], **fields) for each in (near, far.service))
        assert there == here
        codes |= {uri: code for uri, _, code, _ in there["ledger"] if code}
    assert codes == CODES


@needs_tesseract
def test_scans_are_read_on_nodes(far: Combination) -> None:
    bread = typeset("bread.md", 10)
    steps = [{"name": "ocr", "options": {"dpi": DPI, "engine": "tesseract"}}]
    job_id = _sent(
        far.service,
        {"photo.png": as_file(bread.images, "PNG")},
        "scans",
        options=json.dumps({"steps": steps}),
    )
    assert far.service.ended(job_id)["state"] == "succeeded", far.service.ledger(job_id)
    (document,) = _documents(far.service, "scans")
    read = "\n".join(text for text, *_ in _chunks(far.service, document))
    assert share_right(read, bread.texts[0]) > 0.9


def test_what_runs_on_a_node_is_cancelled_and_retried(far: Combination, marks: Path) -> None:
    names = ["stands.txt", *(f"{n}.txt" for n in range(8))]
    files = {name: f"Sack {name} of bran.".encode() for name in names}
    job_id = _sent(far.service, files, "cancelled")
    until((marks / "stood").exists, "a life that stands still")
    assert far.service.http.delete(f"/ingest/{job_id}").is_success
    job = far.service.ended(job_id)
    assert job["state"] == "cancelled" and len(far.uploads()) > 0, job
    assert far.service.http.post(f"/ingest/{job_id}/retry").is_success
    job = far.service.ended(job_id)
    assert (job["state"], job["counts"]["succeeded"]) == ("succeeded", 9), job
    assert len(_found(far.service, "bran", "cancelled")) == 9


def test_an_original_is_shown_and_read_again_out_of_its_object(far: Combination) -> None:
    service = far.service
    assert service.ended(_sent(service, {"kept.pdf": BOOK}, "kept"))["state"] == "succeeded"
    (before,) = _documents(service, "kept")
    assert any(before["document_id"] in key for key in far.originals())
    page = f"/documents/{before['document_id']}/pages/1.png"
    assert service.http.get(page).content.startswith(b"\x89PNG")
    service.http.put("/collections/kept", json={"options": {"chunk_max_chars": 200}})
    answer = service.http.post("/refresh", json={"collection": "kept"})
    job = service.ended(answer.json()["job_id"])
    assert job["state"] == "succeeded", service.ledger(job["job_id"])
    (after,) = _documents(service, "kept")
    assert after["chunks"] > before["chunks"]
    assert service.http.delete(f"/documents/{after['document_id']}").status_code == 204
    assert _documents(service, "kept") == []
    assert any(after["document_id"] in key for key in far.originals())  # it is in the trash
    restored = service.http.post("/trash/restore", json={"collection": "kept"})
    assert restored.is_success, restored.text
    assert until(lambda: _documents(service, "kept"), "what was taken back")
    assert service.http.get(page).content.startswith(b"\x89PNG")


def test_a_killed_node_and_a_crash_of_the_server_cost_nothing(far: Combination) -> None:
    """Last but one: another node takes the killed one's place."""
    files = {f"{n}.txt": f"Sack {n} of rye. ".encode() * 2000 for n in range(60)}
    job_id = _sent(far.service, files, "killed")
    until(lambda: far.service.job(job_id)["counts"]["succeeded"] > 4, "some documents")
    far.cluster.nodes[0].kill()
    far.server.stop(signal.SIGQUIT)
    far.server.start()
    far.add_node()
    job = far.service.ended(job_id)
    assert (job["state"], job["counts"]["succeeded"]) == ("succeeded", 60), job
    rows = far.service.ledger(job_id)
    assert sorted(row["ordinal"] for row in rows) == list(range(60))
    assert len({each["uri"] for each in _documents(far.service, "killed")}) == 60
    assert _found(far.service, "rye", "killed")
    count = "SELECT count(*) FROM documents WHERE collection = 'killed'"
    assert far.server.sql(count, far.library).strip() == "60"
    until(lambda: len(joined(far.service)) == 2, "two nodes")


def test_all_of_it_is_in_order_afterwards(far: Combination) -> None:
    """Last: it stops the service."""
    assert far.service.stop() == 0
    env = {**far.store.env, "GRISTMILL_SPOOL": f"s3://{far.store.bucket}/{PLACE}"}
    code, out, err = ask("check", data=far.service.data, env=env)
    assert code == 0, out + err


def test_why_the_workers_of_a_node_come_to_nothing_is_told_by_the_service(tmp_path: Path) -> None:
    """A node without the keys of the library."""
    with postgres_server("0nly-for-tests-of-oats") as server, object_store() as store:
        flags = ("--library", server.new_library(), "--spool", f"s3://{store.bucket}/{PLACE}")
        with dask_cluster(tmp_path / "cluster", nodes=0) as cluster:
            cluster.start_node(env=store.env)
            line = ("--engine", "dask", "--scheduler", cluster.address, "--workers", "1")
            env = {**store.env, "PGPASSWORD": "0nly-for-tests-of-oats"}
            with running(tmp_path / "data", *flags, *line, env=env) as service:
                (why,) = until(lambda: _complaints(service), "why it does not work")
                assert "password authentication failed" in why
                job_id = service.accepted({"type": "text", "text": "Wheat and rye."})
                cluster.start_node(env=env)
                assert service.ended(job_id)["state"] == "succeeded"


def _complaints(service: Service) -> list[str]:
    nodes = service.http.get("/overview").json()["nodes"]
    return [node["why"] for node in nodes if node["why"]]
