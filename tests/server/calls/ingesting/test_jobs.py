"""One job and the list of jobs: read, waited for, cancelled, retried."""

from typing import Any

import msgspec
import pytest
from falcon.testing import Result
from support.http_app import HttpApp, MakeApp, Submit
from support.server_fakes import Interrupted

from gristmill.schemas.jobs.states import JobEvent, JobState
from gristmill.storage.library import JobIndexRow, Library
from gristmill.storage.library.job_text import text_of
from gristmill.storage.stores import Stores

UNKNOWN = "0193b3a0-1234-7abc-8def-0123456789ab"


def problem(answer: Result, status: int, code: str) -> None:
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_job_is_202_until_it_ends_and_200_after(service: HttpApp, submit: Submit) -> None:
    job = submit()
    waiting = service.http.simulate_get(f"/ingest/{job}")
    assert (waiting.status_code, waiting.json["state"]) == (202, "queued")
    assert waiting.headers["retry-after"] == "1"
    service.client.end(job)
    ended = service.http.simulate_get(f"/ingest/{job}")
    assert (ended.status_code, ended.json["state"]) == (200, "succeeded")
    assert "retry-after" not in ended.headers
    assert [moment["state"] for moment in ended.json["history"]] == [
        "queued",
        "running",
        "succeeded",
    ]


def test_an_unchanged_job_is_a_304_for_its_etag(service: HttpApp, submit: Submit) -> None:
    job = submit()
    etag = service.http.simulate_get(f"/ingest/{job}").headers["etag"]
    for given in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        same = service.http.simulate_get(f"/ingest/{job}", headers={"If-None-Match": given})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    service.client.end(job)
    other = service.http.simulate_get(f"/ingest/{job}", headers={"If-None-Match": etag})
    assert (other.status_code, other.headers["etag"] != etag) == (200, True)


@pytest.mark.parametrize("path", ["", "/documents"])
@pytest.mark.parametrize("job", [UNKNOWN, UNKNOWN.upper(), "x", ".."])
def test_an_unknown_job_is_a_404(service: HttpApp, job: str, path: str) -> None:
    problem(service.http.simulate_get(f"/ingest/{job}{path}"), 404, "job_not_found")


def test_unknown_jobs_cannot_be_cancelled_or_retried(service: HttpApp) -> None:
    problem(service.http.simulate_delete("/ingest/x"), 404, "job_not_found")
    problem(service.http.simulate_post("/ingest/x/retry"), 404, "job_not_found")


def test_a_long_poll_answers_when_the_job_ends(make_service: MakeApp) -> None:
    stopping = Interrupted(lambda: service.client.end(job))
    service = make_service(stopping)
    body = {"sources": [{"type": "text", "text": "t"}]}
    job = service.http.simulate_post("/ingest", json=body).json["job_id"]
    answer = service.http.simulate_get(f"/ingest/{job}", params={"wait": "20"})
    assert (answer.status_code, answer.json["state"], stopping.waits) == (200, "succeeded", 1)


def test_a_long_poll_with_an_etag_answers_at_the_next_change(make_service: MakeApp) -> None:
    stopping = Interrupted(lambda: service.client.start(job))
    service = make_service(stopping)
    body = {"sources": [{"type": "text", "text": "t"}]}
    job = service.http.simulate_post("/ingest", json=body).json["job_id"]
    etag = service.http.simulate_get(f"/ingest/{job}").headers["etag"]
    answer = service.http.simulate_get(
        f"/ingest/{job}", params={"wait": "20"}, headers={"If-None-Match": etag}
    )
    assert (answer.status_code, answer.json["state"]) == (202, "running")


def test_a_long_poll_whose_time_is_up_answers_the_state_as_it_is(make_service: MakeApp) -> None:
    stopping = Interrupted(lambda: stopping.set())
    service = make_service(stopping)
    body = {"sources": [{"type": "text", "text": "t"}]}
    job = service.http.simulate_post("/ingest", json=body).json["job_id"]
    answer = service.http.simulate_get(f"/ingest/{job}", params={"wait": "20"})
    assert (answer.status_code, answer.json["state"]) == (202, "queued")


@pytest.mark.parametrize("wait", ["-1", "x", "nan", "inf", "", ["1", "2"]])
def test_a_wait_must_be_a_number_of_seconds(service: HttpApp, submit: Submit, wait: object) -> None:
    answer = service.http.simulate_get(f"/ingest/{submit()}", params={"wait": wait})
    problem(answer, 400, "invalid_request")


def test_a_waiting_job_is_cancelled_at_once(service: HttpApp, submit: Submit) -> None:
    job = submit()
    answer = service.http.simulate_delete(f"/ingest/{job}")
    assert (answer.status_code, answer.json["state"]) == (200, "cancelled")
    problem(service.http.simulate_delete(f"/ingest/{job}"), 409, "illegal_transition")


def test_a_running_job_that_is_cancelled_is_still_ending(service: HttpApp, submit: Submit) -> None:
    job = submit()
    service.client.start(job)
    answer = service.http.simulate_delete(f"/ingest/{job}")
    assert (answer.status_code, answer.json["state"]) == (202, "running")


def test_a_failed_job_can_be_run_again_and_a_good_one_not(service: HttpApp, submit: Submit) -> None:
    job = submit()
    service.client.end(job, JobEvent.FAILED)
    answer = service.http.simulate_post(f"/ingest/{job}/retry")
    assert (answer.status_code, answer.json["state"]) == (202, JobState.QUEUED)
    assert answer.headers["location"] == f"/ingest/{job}"
    service.client.end(job)
    problem(service.http.simulate_post(f"/ingest/{job}/retry"), 409, "illegal_transition")


def test_without_a_supervisor_jobs_are_read_but_not_moved(service: HttpApp, submit: Submit) -> None:
    job = submit()
    service.client.away = True
    assert service.http.simulate_get(f"/ingest/{job}").status_code == 202
    answer = service.http.simulate_delete(f"/ingest/{job}")
    problem(answer, 503, "supervisor_away")
    assert answer.headers["retry-after"] == "2"


def listed(service: HttpApp, **query: object) -> list[str]:
    """The job ids of a list, page after page."""
    ids: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = service.http.simulate_get("/ingest", params=query | after)
        assert page.status_code == 200, page.text
        ids += [job["job_id"] for job in page.json["items"]]
        if page.json["next"] is None:
            return ids
        after = {"after": page.json["next"]}


def index(service: HttpApp, *jobs: str) -> None:
    """Bring the index up to date, as the supervisor does."""
    with Library.open(service.folder.library) as library:
        manifests = map(service.client.manifest, jobs)
        library.index_jobs(
            JobIndexRow(m.job_id, m.state, m.collection, m.submitted_at, m.finished_at)
            for m in manifests
        )


@pytest.mark.parametrize("limit", [1, 2, 5, 6])
def test_the_list_shows_each_job_once_newest_first(
    service: HttpApp, submit: Submit, limit: int
) -> None:
    jobs = [submit(f"text {n}") for n in range(5)]
    index(service, *jobs)
    assert listed(service, limit=limit) == jobs[::-1]


def test_the_list_is_filtered_by_state_and_collection(service: HttpApp, submit: Submit) -> None:
    first, second = submit("a"), submit("b", collection="other")
    service.client.end(first)
    index(service, first, second)
    assert listed(service, state="succeeded") == [first]
    assert listed(service, collection="other") == [second]
    assert listed(service, state="succeeded", collection="other") == []


def test_the_list_tells_what_the_manifests_say_not_what_the_index_says(
    service: HttpApp, submit: Submit
) -> None:
    moved, gone, broken, newer, fine = (submit(f"text {n}") for n in range(5))
    index(service, moved, gone, broken, newer, fine)
    manifest = msgspec.structs.replace(service.client.manifest(newer), format=99)
    service.folder.pending_path(newer).write_bytes(msgspec.json.encode(manifest))
    service.client.end(moved)
    service.client.manifests.withdraw(gone)
    service.folder.pending_path(broken).write_text("{")
    assert listed(service) == [fine, moved]
    assert listed(service, state="queued") == [fine]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"status": "queued"}, "unknown_parameter"),
        ({"state": "done"}, "invalid_request"),
        ({"limit": "0"}, "invalid_request"),
        ({"limit": "1001"}, "invalid_request"),
        ({"limit": "ten"}, "invalid_request"),
        ({"limit": "1_0"}, "invalid_request"),
        ({"limit": ["1", "2"]}, "invalid_request"),
        ({"after": "???"}, "invalid_cursor"),
        ({"after": "aGVsbG8"}, "invalid_cursor"),
    ],
)
def test_a_wrong_parameter_of_the_list_is_a_400(
    service: HttpApp, query: dict[str, Any], code: str
) -> None:
    problem(service.http.simulate_get("/ingest", params=query), 400, code)


def test_jobs_are_found_by_their_words_whether_they_have_ended_or_not(
    service: HttpApp, submit: Submit
) -> None:
    waiting = submit("a", metadata={"team": "Sales"})
    ended = submit("b", metadata={"team": "sales"}, collection="c")
    stores = Stores(service.folder)
    manifest = service.client.end(ended)
    with stores.library() as library, stores.job_words() as words:
        library.index_jobs(map(JobIndexRow.of, [service.client.manifest(waiting), manifest]))
        words.add([text_of(manifest)])

    def find(**asked: str) -> list[str]:
        page = service.http.simulate_get("/ingest", params=asked).json
        return [each["job_id"] for each in page["items"]]

    assert find(q="sales") == [ended, waiting]
    assert find(q="sal", state="queued") == [waiting] == find(q=waiting)
    assert find(q="sales", state="succeeded") == [ended] == find(q="sales", collection="c")
    assert find(q="sales", limit="1") == [ended] and find(q="marketing") == []


def test_a_list_that_is_the_same_is_a_304(service: HttpApp, submit: Submit) -> None:
    submit("a")
    first = service.http.simulate_get("/ingest")
    known = {"If-None-Match": first.headers["etag"]}
    again = service.http.simulate_get("/ingest", headers=known)
    assert (again.status_code, again.content) == (304, b"")


def test_a_job_is_called_by_its_first_source(service: HttpApp) -> None:
    sources = [{"type": "text", "text": "a", "name": "a.md"}, {"type": "text", "text": "b"}]
    answer = service.http.simulate_post("/ingest", json={"sources": sources}).json
    assert (answer["name"], answer["sources"]) == ("a.md", 2)


def test_an_id_finds_its_job_where_it_may_be_seen(service: HttpApp, submit: Submit) -> None:
    job = submit("a", collection="mine")

    def find(**asked: str) -> list[str]:
        page = service.http.simulate_get("/ingest", params={"q": f" {job} ", **asked}).json
        return [each["job_id"] for each in page["items"]]

    assert find() == find(collection="mine") == find(state="queued") == [job]
    assert find(collection="other") == find(state="failed") == []
