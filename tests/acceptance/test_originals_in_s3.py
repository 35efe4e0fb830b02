"""Kept originals in a bucket: shown, read again, and gone with their document."""

from collections.abc import Callable, Iterator

import pytest
from support.object_store import ObjectStore, object_store
from support.running import Service
from support.writers.pdf_writer import text_page, write_pdf

pytestmark = pytest.mark.cluster
PLACE = "mill/kept"


@pytest.fixture
def store() -> Iterator[ObjectStore]:
    with object_store() as store:
        yield store


def test_an_original_is_shown_and_read_again_out_of_its_object(
    make_service: Callable[..., Service], store: ObjectStore
) -> None:
    flags = ("--workers", "1", "--spool", f"s3://{ObjectStore.bucket}/{PLACE}")
    service = make_service(*flags, "--keep-originals", "yes", env=store.env).start()
    answer = service.http.post(
        "/ingest?name=mill.pdf&collection=a",
        content=write_pdf([text_page("The wheel turns in the river. " * 20)]),
        headers={"Content-Type": "application/pdf"},
    )
    assert service.ended(answer.json()["job_id"])["state"] == "succeeded"
    (document,) = service.all("/documents")
    assert len(store.keys(f"{PLACE}/originals")) == 1
    assert not (service.data / "originals").exists()
    page = f"/documents/{document['document_id']}/pages/1.png"
    assert service.http.get(page).content.startswith(b"\x89PNG")

    service.http.put("/collections/a", json={"options": {"chunk_max_chars": 200}})
    answer = service.http.post("/refresh", json={"collection": "a"})
    assert service.ended(answer.json()["job_id"])["state"] == "succeeded"
    (again,) = service.all("/documents")
    assert again["chunks"] > document["chunks"]

    store.stop()
    answer = service.http.get(page)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_failed"), answer.text
    store.start()
    assert service.http.delete(f"/documents/{again['document_id']}").status_code == 204
    assert store.keys(f"{PLACE}/originals") == []
