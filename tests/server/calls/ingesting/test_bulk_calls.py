"""Bulk actions and filters on jobs over HTTP, and the end of one job's record."""

from typing import Any

import pytest
from support.http_app import HttpApp, Submit

from gristmill.schemas.jobs.states import JobEvent, JobState
from gristmill.storage.library import JobIndexRow
from gristmill.storage.stores import Stores

UNKNOWN = "019abf3e-7c00-7d21-9f4e-5a1b2c3d4e5f"


def failed(service: HttpApp, submit: Submit, text: str = "a text", **more: Any) -> str:
    """A job that has failed, as lists have it."""
    job_id = submit(text, **more)
    manifest = service.client.end(job_id, JobEvent.FAILED)
    with Stores(service.folder).library() as library:
        library.index_jobs([JobIndexRow.of(manifest)])
    return job_id


def bulk(service: HttpApp, **body: Any) -> Any:
    return service.http.simulate_post("/bulk", json=body)


def test_it_is_looked_at_then_begun_then_watched_then_stopped(
    service: HttpApp, submit: Submit
) -> None:
    failed(service, submit)
    asked = {"action": "retry", "state": "failed", "filter": "code exists or failed >= 0"}
    looked = bulk(service, **asked)
    assert (looked.status_code, looked.json["jobs"]) == (200, 1)
    assert service.http.simulate_get("/bulk").json == {"items": [], "next": None}
    begun = bulk(service, **asked, confirm=looked.json["confirm"])
    path = f"/bulk/{begun.json['bulk_id']}"
    assert (begun.status_code, begun.headers["location"]) == (202, path)
    assert begun.json["query"]["state"] == "failed"
    again = bulk(service, **asked, confirm=looked.json["confirm"])
    assert again.json["bulk_id"] == begun.json["bulk_id"]
    seen = service.http.simulate_get(path)
    assert seen.json == begun.json
    known = service.http.simulate_get(path, headers={"If-None-Match": seen.headers["etag"]})
    assert known.status_code == 304
    stopped = service.http.simulate_delete(path)
    assert (stopped.status_code, stopped.json["state"]) == (202, "cancelling")


def test_what_is_not_confirmed_is_not_begun(service: HttpApp, submit: Submit) -> None:
    failed(service, submit)
    confirm = bulk(service, action="retry").json["confirm"]
    for body in (
        {"action": "delete", "confirm": confirm},
        {"action": "retry", "state": "failed", "confirm": confirm},
        {"action": "retry", "confirm": "no"},
    ):
        answer = bulk(service, **body)
        assert (answer.status_code, answer.json["code"]) == (409, "bulk_not_confirmed")
    assert service.http.simulate_get("/bulk").json["items"] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_request"),
        ({"action": "paint"}, "invalid_request"),
        ({"action": "retry", "stat": "failed"}, "invalid_request"),
        ({"action": "retry", "state": "broken"}, "invalid_request"),
        ({"action": "retry", "filter": "pages > 3"}, "invalid_filter"),
        ({"action": "retry", "filter": "x" * 5000}, "invalid_request"),
        ({"action": "retry", "confirm": ""}, "invalid_request"),
    ],
)
def test_a_wrong_request_says_what_is_wrong(
    service: HttpApp, body: dict[str, Any], code: str
) -> None:
    answer = bulk(service, **body)
    assert (answer.status_code, answer.json["code"]) == (400, code), answer.text


def test_an_empty_filter_counts_as_missing(service: HttpApp, submit: Submit) -> None:
    failed(service, submit)
    answer = bulk(service, action="retry", q="", collection="", filter="")
    assert answer.json["jobs"] == 1
    assert set(answer.json["query"].values()) == {None}


def test_one_that_is_not_there_is_not_found(service: HttpApp) -> None:
    for path in (f"/bulk/{UNKNOWN}", "/bulk/..", "/bulk/x"):
        for method in ("GET", "DELETE"):
            answer = service.http.simulate_request(method, path)
            assert (answer.status_code, answer.json["code"]) == (404, "bulk_not_found")


def test_they_are_listed_in_pages(service: HttpApp) -> None:
    ids = []
    for text in ("a", "b", "c"):
        confirm = bulk(service, action="retry", q=text).json["confirm"]
        ids.append(bulk(service, action="retry", q=text, confirm=confirm).json["bulk_id"])
    page = service.http.simulate_get("/bulk?limit=2").json
    rest = service.http.simulate_get(f"/bulk?limit=2&after={page['next']}").json
    assert [each["bulk_id"] for each in page["items"] + rest["items"]] == ids[::-1]
    assert rest["next"] is None


def test_the_list_of_jobs_takes_the_same_filter(service: HttpApp, submit: Submit) -> None:
    ids = [failed(service, submit, f"text {n}", collection="ab"[n % 2]) for n in range(5)]

    def found(**query: Any) -> list[str]:
        items, after = list[str](), dict[str, str]()
        while True:
            params = {"limit": 2, **query, **after}
            page = service.http.simulate_get("/ingest", params=params).json
            items += [each["job_id"] for each in page["items"]]
            if page["next"] is None:
                return items
            after = {"after": page["next"]}

    assert found(filter="state = failed") == ids[::-1]
    assert found(filter="collection = b") == [ids[3], ids[1]]
    assert found(filter="sources = 1", collection="a") == [ids[4], ids[2], ids[0]]
    assert found(filter=f"job_id = {ids[2]}") == [ids[2]]
    assert found(filter="sources > 1") == []
    assert found(filter="sources = 1", q="nothing that is there") == []
    waiting = submit("waiting words", metadata={"fruit": "quince"})
    manifest = service.client.manifest(waiting)
    with Stores(service.folder).library() as library:
        library.index_jobs([JobIndexRow.of(manifest)])
    assert found(filter="priority = 0", q="quince") == [waiting]


def test_an_ended_job_can_be_deleted_and_one_that_is_not_done_cannot(
    service: HttpApp, submit: Submit
) -> None:
    job_id = failed(service, submit)
    assert service.http.simulate_delete(f"/ingest/{job_id}/record").status_code == 204
    for path in (f"/ingest/{job_id}", f"/ingest/{job_id}/documents"):
        assert service.http.simulate_get(path).status_code == 404
    assert service.http.simulate_delete(f"/ingest/{job_id}/record").status_code == 404
    assert service.http.simulate_get("/ingest").json["items"] == []
    waiting = submit("another")
    answer = service.http.simulate_delete(f"/ingest/{waiting}/record")
    assert (answer.status_code, answer.json["code"]) == (409, "illegal_transition")
    assert service.client.manifest(waiting).state is JobState.QUEUED


def test_the_key_of_a_deleted_job_may_name_another_one(service: HttpApp) -> None:
    headers = {"Idempotency-Key": "one"}

    def submitted(text: str) -> Any:
        body = {"sources": [{"type": "text", "text": text}]}
        return service.http.simulate_post("/ingest", json=body, headers=headers)

    job_id = submitted("a").json["job_id"]
    service.client.end(job_id, JobEvent.FAILED)
    service.client.keys.clear()
    assert submitted("b").status_code == 422
    service.http.simulate_delete(f"/ingest/{job_id}/record")
    assert submitted("b").status_code == 202
