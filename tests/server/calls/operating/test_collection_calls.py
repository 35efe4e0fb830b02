"""Collections as things, over HTTP."""

from typing import Any

import pytest
from support.http_app import HttpApp
from support.library_samples import succeeded

from gristmill.storage.library import Library


@pytest.fixture
def filled(service: HttpApp) -> HttpApp:
    with Library.open(service.folder.library) as library:
        library.commit(
            [succeeded("job", n, uri=f"{n}.txt", texts=(f"{n}",), collection="c") for n in range(3)]
        )
    return service


def put(service: HttpApp, collection: str, /, **change: Any) -> Any:
    return service.http.simulate_put(f"/collections/{collection}", json=change)


def test_a_collection_is_set_shown_listed_and_inherited_from(service: HttpApp) -> None:
    answer = put(service, "c", options={"chunk_max_chars": 500, "steps": ["language"]})
    assert answer.status_code == 200, answer.text
    options = {"chunk_max_chars": 500, "steps": [{"name": "language"}]}
    shown = service.http.simulate_get("/collections/c").json
    assert shown["options"] == answer.json["options"] == options
    assert shown["documents"] == 0 and shown["created_at"] is not None
    assert service.http.simulate_get("/collections").json["items"][0]["collection"] == "c"
    sources = [{"type": "text", "text": "x"}]
    job = service.http.simulate_post("/ingest", json={"sources": sources, "collection": "c"})
    manifest = service.client.manifest(job.json["job_id"])
    assert manifest.options.chunk_max_chars == 500


@pytest.mark.parametrize(
    "change",
    [
        {"options": {"chunk_max_chars": 1}},
        {"options": {"chunks": 1}},
        {"name": ""},
        {"name": "a", "options": {}},
        {"names": "a"},
    ],
)
def test_a_change_that_is_none_is_refused(service: HttpApp, change: dict[str, Any]) -> None:
    answer = put(service, "c", **change)
    assert (answer.status_code, answer.json["code"]) == (400, "invalid_request")
    assert service.http.simulate_get("/collections/c").status_code == 404


def test_settings_are_json_and_no_longer_than_metadata(service: HttpApp) -> None:
    for headers, body, status in (
        ({"Content-Type": "text/plain"}, "{}", 415),
        ({"Content-Type": "application/json"}, "{", 400),
        ({"Content-Type": "application/json"}, " " * 100_000 + "{}", 413),
    ):
        answer = service.http.simulate_put("/collections/c", headers=headers, body=body)
        assert answer.status_code == status, answer.text


def test_a_collection_is_renamed_with_its_documents(filled: HttpApp) -> None:
    answer = put(filled, "c", name="with/slash")
    assert (answer.status_code, answer.json["documents"]) == (200, 3)
    assert filled.http.simulate_get("/collections/with%2Fslash").json["documents"] == 3
    assert filled.http.simulate_get("/collections/c").status_code == 404
    put(filled, "d")
    taken = put(filled, "d", name="with/slash")
    assert (taken.status_code, taken.json["code"]) == (409, "collection_exists")


def test_a_collection_is_deleted_once_its_number_of_documents_is_said(filled: HttpApp) -> None:
    asked = filled.http.simulate_delete("/collections/c")
    assert (asked.status_code, asked.json["code"]) == (409, "confirmation_needed")
    assert asked.json["documents"] == 3
    done = filled.http.simulate_delete("/collections/c?if_documents=3")
    assert (done.status_code, done.json) == (202, {"documents": 3})
    assert filled.http.simulate_get("/collections/c").json["leaving"] == 3
    again = filled.http.simulate_delete("/collections/c?if_documents=3")
    assert (again.status_code, again.json) == (202, {"documents": 0})


def test_documents_are_deleted_by_a_filter_that_is_said(filled: HttpApp) -> None:
    for query in ("", "?if_documents=3"):
        answer = filled.http.simulate_delete(f"/documents{query}")
        assert (answer.status_code, answer.json["code"]) == (400, "invalid_request")
    meant = "/documents?filter=uri+%21%3D+0.txt"
    assert filled.http.simulate_delete(meant).json["documents"] == 2
    assert filled.http.simulate_delete(f"{meant}&if_documents=2").status_code == 202
    wrong = filled.http.simulate_delete("/documents?filter=uri+is")
    assert wrong.json["code"] == "invalid_filter"


def test_a_collection_with_a_pending_job_is_busy(filled: HttpApp) -> None:
    sources = [{"type": "text", "text": "x"}]
    job = filled.http.simulate_post("/ingest", json={"sources": sources, "collection": "c"})
    for answer in (
        filled.http.simulate_delete("/collections/c?if_documents=3"),
        put(filled, "c", name="d"),
    ):
        assert (answer.status_code, answer.json["code"]) == (409, "collection_busy")
        assert answer.json["job_ids"] == [job.json["job_id"]]
