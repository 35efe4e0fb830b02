"""Scans through the real program: with the real tesseract, and with one that misbehaves."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from support.fake_tesseract import VANISHES, fails_at, fake_tesseract, hangs
from support.patience import patient
from support.running import Service, at_work, path, text, until
from support.scanning import (
    DPI,
    as_file,
    blank,
    needs_tesseract,
    restoration,
    share_right,
    typeset,
)
from support.selection import rest_slow

MakeService = Callable[..., Service]
OCR = {"steps": [{"name": "ocr", "options": {"dpi": DPI, "engine": "tesseract"}}]}


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    folder.mkdir()
    return folder


def read_of(service: Service) -> dict[str, dict[str, Any]]:
    """Documents by file name, each with the `text` of its chunks, in order."""
    found = {}
    for item in service.http.get("/documents").json()["items"]:
        url = f"/documents/{item['document_id']}/chunks"
        chunks = service.http.get(url, params={"limit": "1000"}).json()["items"]
        whole = "\n".join(chunk["text"] for chunk in chunks)
        found[Path(item["uri"]).name] = {**item, "text": whole, "cut": chunks}
    return found


@needs_tesseract
def test_a_scanned_page_is_read_well(make_service: MakeService, scans: Path) -> None:
    bread = typeset("bread.md", 10)
    (scans / "page.png").write_bytes(as_file(bread.images, "PNG"))
    service = make_service("--workers", "1", "--allow-root", str(scans)).start()
    job = service.ended(service.accepted(path(scans), options=OCR), timeout_s=patient(90))
    assert job["state"] == "succeeded", service.ledger(job["job_id"])
    assert share_right(read_of(service)["page.png"]["text"], bread.texts[0]) >= 0.97


@needs_tesseract
@pytest.mark.slow
@pytest.mark.parametrize("lines_a_page", [10, 50])
def test_scans_of_the_examples_are_read_well(
    make_service: MakeService, scans: Path, lines_a_page: int
) -> None:
    wheel, bread = (typeset(name, lines_a_page) for name in ("waterwheel.md", "bread.md"))
    mill = restoration() if lines_a_page == 50 else typeset("history.txt", lines_a_page)
    # Five pages: two parts.
    images = [*mill.images[:3], *wheel.images[:2]]
    truth = {
        "scan.pdf": "\n".join([*mill.texts[:3], *wheel.texts[:2]]),
        "photo.jpg": bread.texts[0],
        "page.png": bread.texts[0],
        "fax.tiff": "\n".join([*bread.texts[:1], *bread.texts[:1]]),
    }
    (scans / "scan.pdf").write_bytes(as_file(images, "PDF"))
    (scans / "photo.jpg").write_bytes(as_file(bread.images, "JPEG"))
    (scans / "page.png").write_bytes(as_file(bread.images, "PNG"))
    (scans / "fax.tiff").write_bytes(as_file([*bread.images[:1], *bread.images[:1]], "TIFF"))
    service = make_service("--workers", "2", "--allow-root", str(scans)).start()
    job = service.ended(service.accepted(path(scans), options=OCR), timeout_s=patient(90))
    assert job["state"] == "succeeded", service.ledger(job["job_id"])
    found = read_of(service)
    shares = {name: share_right(found[name]["text"], said) for name, said in truth.items()}
    assert min(shares.values()) >= 0.97, shares
    metadata = found["scan.pdf"]["metadata"]
    assert metadata["ocr_pages"] == 5
    assert metadata["ocr_engine"].startswith("tesseract ")
    pages = [chunk["page"] for chunk in found["scan.pdf"]["cut"]]
    assert pages == sorted(pages) and pages[0] == 1


@needs_tesseract
@pytest.mark.chaos
@pytest.mark.parametrize("form", ["PDF", "TIFF"])
def test_every_example_is_read_well_in_german_too(
    make_service: MakeService, scans: Path, form: str
) -> None:
    texts = ("waterwheel.md", "history.txt", "bread.md", "millstones.rst")
    originals = {"restoration": restoration(), **{name: typeset(name) for name in texts}}
    for name, original in originals.items():
        (scans / f"{name}.{form.lower()}").write_bytes(as_file(original.images, form))
    service = make_service("--workers", "2", "--allow-root", str(scans)).start()
    chosen = {"languages": ["eng", "deu"], "dpi": 250, "engine": "tesseract"}
    wanted = {"name": "ocr", "options": chosen}
    answer = service.submit(path(scans), options={"steps": [wanted]})
    if answer.json().get("code") == "step_unavailable":
        pytest.skip(answer.json()["detail"])
    job = service.ended(answer.json()["job_id"], timeout_s=patient(120))
    assert job["state"] == "succeeded", service.ledger(job["job_id"])
    found = read_of(service)
    shares = {
        name: share_right(found[f"{name}.{form.lower()}"]["text"], "\n".join(original.texts))
        for name, original in originals.items()
    }
    assert min(shares.values()) >= 0.97, shares


@pytest.mark.slow
def test_pages_that_cannot_be_read_are_listed_and_the_others_kept(
    make_service: MakeService, scans: Path, tmp_path: Path
) -> None:
    env = fake_tesseract(tmp_path / "bin", fails_at(26))
    # Nine pages in three parts. Rounding may render a page a pixel wider than its image is.
    images = [blank(10 * number + 203) for number in range(1, 10)]
    (scans / "book.pdf").write_bytes(as_file(images, "PDF"))
    service = make_service("--workers", "2", "--allow-root", str(scans), env=env).start()
    job = service.ended(service.accepted(path(scans), options=OCR))
    assert job["state"] == "succeeded", service.ledger(job["job_id"])
    book = read_of(service)["book.pdf"]
    assert (book["metadata"]["ocr_pages"], book["metadata"]["broken_pages"]) == (8, [6])
    read = [line for line in book["text"].splitlines() if line]
    assert read == [f"a page of width {20 + number}" for number in range(1, 10) if number != 6]


@pytest.mark.parametrize("dies", rest_slow("worker", "document", "supervisor"))
def test_tesseract_never_outlives_what_it_works_for(
    make_service: MakeService, scans: Path, tmp_path: Path, dies: str
) -> None:
    pids = tmp_path / "pids"
    env = fake_tesseract(tmp_path / "bin", hangs(pids))
    (scans / "page.png").write_bytes(as_file([blank(40)], "PNG"))
    # What this tesseract writes is none of a locked-in worker's business.
    flags = ("--workers", "1", "--allow-root", str(scans), "--worker-sandbox", "off")
    service = make_service(*flags, env=env).start()
    timeout_s = 3.0 if dies == "document" else 300.0
    job_id = service.accepted(path(scans), options=OCR, timeout_s=timeout_s)
    until(lambda: pids.exists() and pids.read_text().endswith("\n"), "a page that hangs")
    first = psutil.Process(int(pids.read_text().split()[0]))
    assert first.nice() > 0
    if dies == "worker":
        os.kill(service.workers()[0], signal.SIGKILL)
    elif dies == "supervisor":
        service.kill()
    until(lambda: not at_work(first), "the end of tesseract")
    if dies == "document":
        (row,) = service.ledger(service.ended(job_id)["job_id"])
        assert row["code"] == "timeout"


def test_a_job_is_refused_where_tesseract_is_not(make_service: MakeService, tmp_path: Path) -> None:
    service = make_service("--engine", "inline", env={"PATH": str(tmp_path)}).start()
    answer = service.submit(text("The mill."), options=OCR)
    assert (answer.status_code, answer.json()["code"]) == (400, "step_unavailable")
    assert "apt install tesseract-ocr" in answer.json()["detail"]


@pytest.mark.slow
def test_a_tesseract_that_vanishes_fails_the_document_with_what_to_install(
    make_service: MakeService, scans: Path, tmp_path: Path
) -> None:
    (scans / "fax.tiff").write_bytes(as_file([blank(40), blank(40)], "TIFF"))
    env = fake_tesseract(tmp_path / "bin", VANISHES)
    # What this tesseract writes is none of a locked-in worker's business.
    flags = ("--workers", "1", "--allow-root", str(scans), "--worker-sandbox", "off")
    service = make_service(*flags, env=env).start()
    job = service.ended(service.accepted(path(scans), options=OCR))
    (row,) = service.ledger(job["job_id"])
    assert row["code"] == "step_failed"
    assert "apt install tesseract-ocr" in row["message"]
