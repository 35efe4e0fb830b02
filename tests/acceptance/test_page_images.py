"""Pages of kept originals, from a PDF that comes until its document is deleted."""

from collections.abc import Callable

import pytest
from support.running import Service, ask
from support.writers.pdf_writer import text_page, write_pdf

_PNG = b"\x89PNG\r\n\x1a\n"
MakeService = Callable[..., Service]

KEPT = {"GRISTMILL_KEEP_ORIGINALS": "yes", "GRISTMILL_TRASH_DAYS": "0"}
"""Without a trash: what is in it keeps its original."""


def _send(service: Service, data: bytes, **params: str) -> str:
    headers = {"Content-Type": "application/pdf"}
    answer = service.http.post("/ingest", content=data, headers=headers, params=params)
    job = service.ended(answer.json()["job_id"])
    assert job["state"] == "succeeded"
    (row,) = service.ledger(job["job_id"])
    return str(row["document_id"])


@pytest.mark.slow
def test_a_page_is_shown_as_long_as_its_document_is_there(make_service: MakeService) -> None:
    data = write_pdf([text_page("The wheel turns."), text_page("The sluice opens.")])
    service = make_service("--engine", "inline").start()
    document = _send(service, data, name="mill.pdf")
    page = f"/documents/{document}/pages/2.png"
    answer = service.http.get(page)
    assert (answer.status_code, answer.json()["code"]) == (409, "original_not_kept")
    assert not (service.data / "originals").exists()
    assert service.stop() == 0

    service = make_service("--engine", "inline", env=KEPT).start()
    assert _send(service, data, name="mill.pdf") == document
    answer = service.http.get(page, params={"dpi": "40"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.content.startswith(_PNG)
    answer = service.http.get(f"/documents/{document}/pages/3.png")
    assert (answer.status_code, answer.json()["code"]) == (404, "page_not_found")

    note = service.accepted({"type": "text", "text": "A note.", "name": "note.txt"})
    service.ended(note)
    (row,) = service.ledger(note)
    answer = service.http.get(f"/documents/{row['document_id']}/pages/1.png")
    assert (answer.status_code, answer.json()["code"]) == (415, "no_page_images")

    assert len(list((service.data / "originals").rglob("?" * 64))) == 1
    assert service.http.delete(f"/documents/{document}").status_code == 204
    assert service.http.get(page).status_code == 404
    assert list((service.data / "originals").rglob("?" * 64)) == []
    assert service.stop() == 0
    assert ask("check", data=service.data)[0] == 0
