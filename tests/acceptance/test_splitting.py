"""A long document is read in parts by all workers, and the result is as if it were not."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support.running import Service, path, stopped_workers, until
from support.selection import rest_slow
from support.writers.pdf_writer import text_page, write_pdf

MakeService = Callable[..., Service]
PAGES = 47
# A sentence goes over each page's end, so parts that were chunked by themselves would show.
BOOK = write_pdf(
    [
        text_page(f"of page {number - 1}.", f"Sack {number} of good flour is", "named at the end")
        for number in range(1, PAGES + 1)
    ],
    title="The book of sacks",
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "books"
    folder.mkdir()
    (folder / "book.pdf").write_bytes(BOOK)
    return folder


def _parts_left(service: Service) -> int:
    with closing(sqlite3.connect(service.data / "library.db")) as library:
        count: int = library.execute("SELECT count(*) FROM parts WHERE pages IS NULL").fetchone()[0]
    return count


def _chunks(service: Service) -> list[dict[str, Any]]:
    (document,) = service.http.get("/documents").json()["items"]
    known = {"title": "The book of sacks", "media_type": "application/pdf"}
    assert {name: document[name] for name in known} == known
    url = f"/documents/{document['document_id']}/chunks"
    items: list[dict[str, Any]] = service.http.get(url, params={"limit": "1000"}).json()["items"]
    return items


def _ingested(service: Service, folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    job = service.ended(service.accepted(path(folder)))
    (row,) = service.ledger(job["job_id"])
    return job, row


@pytest.mark.slow
def test_the_result_is_the_same_as_unsplit(
    make_service: MakeService, book: Path, tmp_path: Path
) -> None:
    found = []
    for pages, engine in (("0", ("--engine", "inline")), ("5", ("--workers", "2"))):
        flags = ("--allow-root", str(book), "--split-pages", pages)
        service = make_service(*engine, *flags, data=tmp_path / f"data-{pages}").start()
        job, row = _ingested(service, book)
        assert (job["state"], row["state"], row["pages"]) == ("succeeded", "succeeded", PAGES)
        assert job["counts"]["total"] == 1
        found.append(_chunks(service))
        assert service.stop() == 0
    assert found[0] == found[1]


@pytest.mark.slow
def test_several_workers_read_one_document(
    make_service: MakeService, book: Path, tmp_path: Path
) -> None:
    service = make_service(
        *("--workers", "2", "--allow-root", str(book), "--split-pages", "5"),
        env={"GRISTMILL_FAULTS": f"document.page:2=stop#{tmp_path}/stopped"},
    ).start()
    job_id = service.accepted(path(book))
    until((tmp_path / "stopped").exists, "a worker that stands still at page 2")
    # Nine of the ten parts are done while one worker stands at the first one.
    until(lambda: _parts_left(service) == 1, "the end of all other parts")
    until(lambda: service.job(job_id)["state"] == "running", "the news that it runs")
    (stopped,) = until(lambda: stopped_workers(service), "the worker that stands still")
    stopped.resume()
    assert service.ended(job_id)["state"] == "succeeded"


@pytest.mark.parametrize(
    "point", rest_slow("part.done", "document.page:12", "document.join", quick=0)
)
def test_a_worker_that_dies_over_a_part_costs_that_part_only(
    make_service: MakeService, book: Path, tmp_path: Path, point: str
) -> None:
    service = make_service(
        *("--workers", "2", "--allow-root", str(book), "--split-pages", "5"),
        env={"GRISTMILL_FAULTS": f"{point}=kill#{tmp_path}/once"},
    ).start()
    job, row = _ingested(service, book)
    assert (tmp_path / "once").exists()
    assert (job["state"], row["state"], row["pages"]) == ("succeeded", "succeeded", PAGES)
    read = " ".join(chunk["text"] for chunk in _chunks(service))
    assert all(f"Sack {number} of" in read for number in range(1, PAGES + 1))


@pytest.mark.slow
def test_a_page_that_kills_every_worker_fails_the_document_once(
    make_service: MakeService, book: Path
) -> None:
    service = make_service(
        *("--workers", "2", "--allow-root", str(book), "--split-pages", "5"),
        env={"GRISTMILL_FAULTS": "document.page:12=segfault"},
    ).start()
    job, row = _ingested(service, book)
    assert (job["state"], row["code"], row["attempts"]) == ("failed", "crashed", 2)
    assert "page 12" in row["message"]


@pytest.mark.slow
def test_a_supervisor_that_dies_in_the_middle_finds_the_parts_again(
    make_service: MakeService, book: Path, tmp_path: Path
) -> None:
    flags = ("--workers", "1", "--allow-root", str(book), "--split-pages", "5")
    service = make_service(*flags)
    service.start(GRISTMILL_FAULTS=f"document.page:22=stop#{tmp_path}/stopped")
    job_id = service.accepted(path(book))
    until((tmp_path / "stopped").exists, "a worker that stands still at page 22")
    left = _parts_left(service)
    assert 0 < left < 10
    service.kill()
    service.start()
    assert service.ended(job_id)["state"] == "succeeded"
