"""`POST /ingest/batch`: each line is answered as a request of its own would be."""

import json
import time
from typing import Any

import pytest
from falcon.testing import Result
from support.http_app import HttpApp, MakeApp

from gristmill.pool.intake import preparing
from gristmill.schemas.jobs.offers import Verdict
from gristmill.schemas.jobs.sources import InlineText
from gristmill.server.messages.batch_bounds import MOST_BAD_LINES
from gristmill.server.messages.batch_lines import SLICE
from gristmill.server.messages.lines import Line, slices

NDJSON = "application/x-ndjson"


def task(text: str = "some words", **more: object) -> dict[str, Any]:
    return {"sources": [{"type": "text", "text": text, "name": text[:20]}], **more}


def body_of(*lines: object) -> bytes:
    return b"".join(
        (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines
    )


def post(
    service: HttpApp,
    *lines: object,
    body: bytes | None = None,
    query: dict[str, Any] | None = None,
    **headers: str,
) -> Result:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return service.http.simulate_post(
        "/ingest/batch",
        body=body_of(*lines) if body is None else body,
        params=query,
        headers={"Content-Type": NDJSON} | names,
    )


def answers(answer: Result) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == NDJSON
    return [json.loads(line) for line in answer.text.splitlines()]


def test_each_line_is_a_job_and_each_job_a_line_in_the_same_order(service: HttpApp) -> None:
    count = SLICE + 3
    found = answers(post(service, *(task(f"text {n}", metadata={"n": n}) for n in range(count))))
    assert [(each["status"], each["line"], each["state"]) for each in found] == [
        (202, n + 1, "queued") for n in range(count)
    ]
    assert [each["metadata"]["n"] for each in found] == list(range(count))
    assert service.client.offered == [each["job_id"] for each in found]
    job = service.http.simulate_get(found[5]["links"]["self"])
    assert job.status_code == 202
    assert job.json == {k: v for k, v in found[5].items() if k not in ("status", "line")}
    manifest = service.client.manifest(found[5]["job_id"])
    assert manifest.sources == (InlineText("text 5", "text 5"),)


def test_a_wrong_line_is_answered_on_its_own_and_the_others_go_on(service: HttpApp) -> None:
    found = answers(
        post(
            service,
            task("one"),
            b"{",
            b"",
            {"sources": []},
            task("two", webhook="https://example.org/"),
            {"sources": [{"type": "path", "path": "/"}]},
            task("three"),
        )
    )
    assert [(each["line"], each["status"], each.get("code")) for each in found] == [
        (1, 202, None),
        (2, 400, "invalid_request"),
        (4, 400, "invalid_request"),
        (5, 400, "unsupported_option"),
        (6, 403, "path_forbidden"),
        (7, 202, None),
    ]
    assert found[1]["type"] == "urn:gristmill:problem:invalid_request"
    assert len(service.client.manifests.pending_ids()) == 2


def test_a_line_that_brings_out_a_fault_of_ours_takes_no_other_with_it(
    service: HttpApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(draft: Any, settings: object, inherited: object) -> None:
        if draft.request.task.metadata:
            raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(preparing, "check", check)
    found = answers(post(service, task("one"), task("two", metadata={"odd": 1}), task("three")))
    assert [each["status"] for each in found] == [202, 500, 202]
    assert found[1]["code"] == "internal" and "nobody" not in found[1]["detail"]


@pytest.mark.parametrize("key", [{}, {"idempotency_key": "k"}])
def test_a_line_that_is_there_twice_is_a_duplicate_that_names_the_first(
    service: HttpApp, key: dict[str, str]
) -> None:
    first, second, other, third = answers(
        post(service, task(**key), task(**key), task("else"), task(**key))
    )
    assert (first["status"], other["status"]) == (202, 202)
    for each in (second, third):
        assert (each["status"], each["code"]) == (409, "duplicate_job")
        assert each["job_id"] == first["job_id"]
    assert len(service.client.manifests.pending_ids()) == 2
    (again,) = answers(post(service, task(**key)))
    assert (again["status"], again["job_id"]) == (409, first["job_id"])


def test_keys_of_lines_work_as_the_header_does(service: HttpApp) -> None:
    (first,) = answers(post(service, task(idempotency_key="k")))
    service.client.end(first["job_id"])
    same, other, wrong = answers(
        post(
            service,
            task(idempotency_key="k"),
            task("another", idempotency_key="k"),
            task("a third", idempotency_key=""),
        )
    )
    assert (same["status"], same["job_id"], same["state"]) == (200, first["job_id"], "succeeded")
    assert (other["status"], other["code"]) == (422, "idempotency_key_conflict")
    assert other["job_id"] == first["job_id"]
    assert (wrong["status"], wrong["line"]) == (400, 3)


def test_lines_that_find_the_queue_full_are_failed_jobs(service: HttpApp) -> None:
    service.client.verdict = Verdict.FULL
    found = answers(post(service, task("one"), task("two", idempotency_key="k")))
    for each in found:
        assert (each["status"], each["code"], each["retry_after"]) == (503, "queue_full", 1)
        manifest = service.client.manifest(each["job_id"])
        assert manifest.error is not None
        assert (manifest.state, manifest.error.code) == ("failed", "queue_full")
    assert service.client.manifests.pending_ids() == []
    service.client.verdict = Verdict.ACCEPTED
    (again,) = answers(post(service, task("two", idempotency_key="k")))
    assert again["status"] == 202


@pytest.mark.parametrize("trouble", ["draining", "away"])
def test_lines_are_answered_503_while_nothing_is_accepted(service: HttpApp, trouble: str) -> None:
    service.client.verdict = Verdict.DRAINING
    service.client.away = trouble == "away"
    found = answers(post(service, task("one"), task("two"), b"{"))
    code = "draining" if trouble == "draining" else "supervisor_away"
    assert [(each["status"], each["code"]) for each in found] == [
        (503, code),
        (503, code),
        (400, "invalid_request"),
    ]
    assert service.client.manifests.pending_ids() == []


def test_a_line_over_the_limit_is_refused_and_the_next_is_read(make_service: MakeApp) -> None:
    service = make_service(max_line_bytes=200)
    found = answers(post(service, task("a" * 300), task("short")))
    assert [(each["line"], each["status"]) for each in found] == [(1, 413), (2, 202)]
    assert "max_line_bytes" in found[0]["detail"]


def test_lines_over_the_most_of_a_batch_are_not_looked_at(make_service: MakeApp) -> None:
    service = make_service(max_batch_lines=SLICE + 2)
    count = SLICE + 5
    found = answers(post(service, *(task(f"text {n}") for n in range(count))))
    assert [each["status"] for each in found] == [202] * (SLICE + 2) + [413]
    assert (found[-1]["line"], found[-1]["code"]) == (SLICE + 3, "batch_too_long")
    assert "max_batch_lines" in found[-1]["detail"]
    assert len(service.client.manifests.pending_ids()) == SLICE + 2
    just = answers(post(service, *(task(f"more {n}") for n in range(SLICE + 2))))
    assert {each["status"] for each in just} == {202}


@pytest.mark.slow
def test_a_batch_ends_after_a_thousand_lines_that_are_none(service: HttpApp) -> None:
    found = answers(post(service, task("one"), *[b"x"] * 200_000))
    assert found[0]["status"] == 202
    assert MOST_BAD_LINES < len(found) <= MOST_BAD_LINES + SLICE + 1
    assert (found[-1]["status"], found[-1]["code"]) == (400, "too_many_bad_lines")
    assert found[-1]["line"] == found[-2]["line"] + 1
    assert "goes on" in found[-1]["detail"]


def test_lines_that_are_there_already_are_no_wrong_ones(service: HttpApp) -> None:
    found = answers(post(service, *[task("one")] * (MOST_BAD_LINES + 10)))
    assert [each["status"] for each in found] == [202] + [409] * (MOST_BAD_LINES + 9)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", {}, 400),
        (b"\n \r\n", {}, 400),
        (b"{}", {"Content_Type": "application/json"}, 415),
        (b"{}", {"Content_Encoding": "gzip"}, 415),
        (b"{}", {"Idempotency_Key": "k"}, 400),
    ],
)
def test_a_request_that_is_no_batch_is_refused_as_a_whole(
    service: HttpApp, body: bytes, headers: dict[str, Any], status: int
) -> None:
    answer = post(service, body=body, **headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_last_line_needs_no_end_and_carriage_returns_do_no_harm(service: HttpApp) -> None:
    body = body_of(task("one")).rstrip() + b"\r\n" + body_of(task("two")).rstrip()
    assert [each["status"] for each in answers(post(service, body=body))] == [202, 202]


def test_lines_come_whole_however_the_body_is_cut() -> None:
    data = b"one\n\n \t\r\n\ntwo longer\n  in\n\n\n\nlast"
    whole = [Line(1, b"one"), Line(5, None), Line(6, b"  in"), Line(10, b"last")]
    for size in range(1, len(data) + 1):
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        found = [
            line
            for part in slices(lambda _: pieces.pop(0) if pieces else b"", 5, 2)  # noqa: B023 - it is used up at once
            for line in part
        ]
        assert found == whole


def test_blank_lines_cost_next_to_nothing() -> None:
    reads = [b" \n" * 131_072] * 100
    begun = time.thread_time()
    assert list(slices(lambda _: reads.pop() if reads else b"", 9, 2)) == []
    # A look at each takes more than ten seconds.
    assert time.thread_time() - begun < 4.0


def test_what_one_read_brought_is_handed_on_before_the_next() -> None:
    reads = [b"a\nb\nc\n", b"d\n", b""]
    parts = slices(lambda _: reads.pop(0), 9, 2)
    assert [line.data for line in next(parts)] == [b"a", b"b"]
    assert [line.data for line in next(parts)] == [b"c"]
    assert len(reads) == 2
