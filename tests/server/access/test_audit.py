"""Who did what, in a file."""

import json
from typing import Any

from support.http_app import HttpApp, MakeApp
from support.job_samples import NOON

from gristmill.schemas.access import ApiKey
from gristmill.storage.stores import Stores

TASK = {"sources": [{"type": "text", "text": "a secret text"}], "collection": "c"}


def written(service: HttpApp) -> list[dict[str, Any]]:
    """All lines, once they are there."""
    service.gate.audit.close()
    if not service.folder.audit.exists():
        return []
    return [json.loads(line) for line in service.folder.audit.read_text().splitlines()]


def test_a_change_is_noted_with_who_made_it_and_what_it_was_of(service: HttpApp) -> None:
    token = Stores(service.folder).tokens.add(ApiKey("crawler", "", ("ingest",), NOON))
    headers = {"Authorization": f"Bearer {token}"}
    answer = service.http.simulate_post(
        "/ingest", json=TASK, headers=headers, remote_addr="192.0.2.7"
    )
    job_id = answer.json["job_id"]
    service.http.simulate_delete(f"/ingest/{job_id}", headers=headers)
    submit, cancel = written(service)
    assert {k: v for k, v in submit.items() if k != "at"} == {
        "peer": "192.0.2.7",
        "method": "POST",
        "status": 202,
        "call": "submit",
        "key": "crawler",
        "job_id": job_id,
    }
    assert (cancel["call"], cancel["job_id"], cancel["method"]) == ("cancel", job_id, "DELETE")
    text = service.folder.audit.read_text()
    assert "secret" not in text and token not in text


def test_a_change_of_a_collection_names_it(service: HttpApp) -> None:
    service.http.simulate_put("/collections/tax%2F2026", json={})
    service.http.simulate_delete("/collections/tax%2F2026")
    notes = [(each["call"], each["collection"]) for each in written(service)]
    assert notes == [("set_collection", "tax/2026"), ("delete_collection", "tax/2026")]


def test_each_line_of_a_batch_is_noted(service: HttpApp) -> None:
    lines = f"{json.dumps(TASK)}\nnothing\n"
    headers = {"Content-Type": "application/x-ndjson"}
    service.http.simulate_post("/ingest/batch", body=lines, headers=headers)
    notes = [(each.get("line"), each["status"], "job_id" in each) for each in written(service)]
    assert sorted(notes, key=str) == [(1, 202, True), (2, 400, False), (None, 200, False)]


def test_refusals_are_noted_for_reads_too_and_reads_only_on_request(
    service: HttpApp, make_service: MakeApp
) -> None:
    service.http.simulate_get("/search", params={"q": "private words"})
    service.http.simulate_get("/ingest", headers={"Host": "evil.example"})
    service.http.simulate_get("/ingest", headers={"Origin": "http://evil.example"})
    notes = written(service)
    assert [(each["method"], each["status"]) for each in notes] == [("GET", 403)] * 2
    curious = make_service(audit_reads="yes")
    curious.http.simulate_get("/search", params={"q": "private words"})
    assert written(curious)[-1]["call"] == "search"
    assert "private" not in service.folder.audit.read_text()


def test_a_file_that_cannot_be_written_keeps_nobody_from_their_work(service: HttpApp) -> None:
    service.folder.audit.mkdir()
    assert service.http.simulate_post("/ingest", json=TASK).status_code == 202
    service.gate.audit.close()
