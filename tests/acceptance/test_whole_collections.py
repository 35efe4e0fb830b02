"""Collections as things with a real service: inherited, read again, renamed, and deleted across a
kill."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.running import Service, ask, until
from support.writers.pdf_writer import text_page, write_pdf

MakeService = Callable[..., Service]
LONG = "The wheel turns in the river. " * 40


def _refreshed(service: Service, collection: str) -> dict[str, object]:
    answer = service.http.post("/refresh", json={"collection": collection})
    assert answer.status_code == 202, answer.text
    return service.ended(answer.json()["job_id"])


def _sizes(service: Service) -> dict[str, int]:
    found = service.all("/documents")
    return {str(each["uri"]).rpartition("/")[2]: int(each["chunks"]) for each in found}


@pytest.mark.slow
def test_a_collection_is_set_read_again_renamed_and_deleted(
    make_service: MakeService, tmp_path: Path
) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for number in range(12):
        (files / f"{number:02}.txt").write_text(f"{number} {LONG}")
    fault = f"collection.take_out=kill#{tmp_path / 'killed'}"
    flags = ("--workers", "1", "--allow-root", str(files))
    service = make_service(*flags, env={"GRISTMILL_KEEP_ORIGINALS": "yes"}).start()
    service.ended(service.accepted({"type": "path", "path": str(files)}, collection="a/b"))
    pdf = write_pdf([text_page("The sluice opens.")])
    headers = {"Content-Type": "application/pdf"}
    sent = service.http.post(
        "/ingest?name=mill.pdf&collection=a/b", content=pdf, headers=headers
    ).json()
    service.ended(sent["job_id"])
    before = _sizes(service)

    put = service.http.put("/collections/a%2Fb", json={"options": {"chunk_max_chars": 300}})
    assert put.status_code == 200, put.text
    (files / "11.txt").unlink()
    done = _refreshed(service, "a/b")
    assert (done["state"], done["counts"]["succeeded"]) == ("partial", 12)  # type: ignore[index]
    after = _sizes(service)
    assert after["11.txt"] == before["11.txt"] and after["mill.pdf"] == 1
    assert all(after[f"{number:02}.txt"] > before[f"{number:02}.txt"] for number in range(11))
    own = service.accepted({"type": "text", "text": LONG, "name": "new"}, collection="a/b")
    service.ended(own)
    assert _sizes(service)["new"] > 1

    assert service.http.put("/collections/a%2Fb", json={"name": "c"}).json()["documents"] == 14
    assert service.http.get("/search?q=wheel&collection=a/b").json()["code"] == "unknown_collection"
    document = next(d for d in service.all("/documents") if str(d["uri"]).endswith("mill.pdf"))
    page = service.http.get(f"/documents/{document['document_id']}/pages/1.png")
    assert page.status_code == 200
    assert service.stop() == 0

    service = make_service(*flags, env={"GRISTMILL_FAULTS": fault}).start()
    service.ended(service.accepted({"type": "text", "text": "It stays.", "name": "stays"}))
    assert service.http.delete("/collections/c").json()["documents"] == 14
    assert service.http.delete("/collections/c?if_documents=14").status_code == 202
    assert service.wait() != 0
    service.start()
    until(lambda: len(service.all("/documents")) == 1, "the rest to be taken out")
    assert _sizes(service) == {"stays": 1}
    assert service.http.get("/collections/c").status_code == 404
    assert service.stop() == 0
    code, said = ask("check", data=service.data)[:2]
    assert code == 0, said
