"""`POST /ingest` in each of its forms: what is accepted, what is refused, what is left behind."""

import json
from pathlib import Path
from typing import Any

import pytest
from falcon.testing import Result
from support.http_app import HttpApp, MakeApp

from gristmill.schemas.jobs.offers import Verdict
from gristmill.schemas.jobs.sources import InlineText, Spooled
from gristmill.schemas.jobs.states import JobEvent
from gristmill.storage.manifests.batches import Batches
from gristmill.storage.spool import Spool

TEXT = {"type": "text", "text": "some words"}


def post(
    service: HttpApp, body: object = None, query: dict[str, Any] | None = None, **headers: str
) -> Result:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return service.http.simulate_post(
        "/ingest",
        body=data,
        params=query,
        headers={"Content-Type": "application/json"} | names,
    )


def form(*parts: tuple[str, str | None, bytes]) -> tuple[bytes, str]:
    """A multipart body out of (name, file name or None, bytes) and its Content-Type."""
    lines = []
    for name, filename, data in parts:
        file = f'; filename="{filename}"' if filename is not None else ""
        lines.append(
            f'--edge\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode()
            + data
            + b"\r\n"
        )
    return b"".join(lines) + b"--edge--\r\n", "multipart/form-data; boundary=edge"


def stored(service: HttpApp) -> list[Path]:
    """Files that a refused submission must not leave behind; of batch files, those with a job."""
    root, batches = service.folder.root, Batches(service.folder)
    kept = [p for p in root.rglob("*") if p.is_file() and p.name != ".lock"]
    kept = [p for p in kept if p not in batches.paths() or batches.ids(p)]
    return [p for p in kept if not p.name.startswith("library.db")]


def refused(service: HttpApp, answer: Result, status: int, code: str) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["code"] == code
    assert answer.json["status"] == status
    assert stored(service) == []
    detail: str = answer.json["detail"]
    return detail


def test_a_json_request_is_accepted_with_its_location(service: HttpApp) -> None:
    answer = post(service, {"sources": [TEXT], "collection": "c", "metadata": {"a": 1}})
    assert answer.status_code == 202
    job = answer.json
    assert answer.headers["location"] == f"/ingest/{job['job_id']}" == job["links"]["self"]
    assert answer.headers["retry-after"] == "1"
    assert (job["state"], job["collection"], job["metadata"]) == ("queued", "c", {"a": 1})
    assert service.client.offered == [job["job_id"]]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"{", "not valid JSON"),
        (b"[]", "Expected `object`"),
        (b'{"sources":[{"type":"text","text":"\xff"}]}', "UTF-8"),
        ({"sources": []}, "length >= 1"),
        ({}, "sources"),
        ({"sources": [TEXT], "colection": "c"}, "colection"),
        ({"sources": [{"type": "ftp"}]}, "ftp"),
        ({"sources": [{"type": "text", "text": 7}]}, "Expected `str`"),
        ({"sources": [TEXT], "priority": "high"}, "priority"),
        ({"sources": [TEXT], "priority": 101}, "priority"),
        ({"sources": [TEXT], "timeout_s": 0}, "timeout_s"),
        ({"sources": [TEXT], "options": {"chunk_max_chars": 1}}, "chunk_max_chars"),
        ({"sources": [TEXT], "metadata": {"long": "x" * 70_000}}, "metadata"),
        (b'{"sources":[' + b"[" * 100_000, "Expected `object`"),
    ],
)
def test_a_request_of_the_wrong_shape_is_a_400_that_says_what_and_where(
    service: HttpApp, body: bytes, words: str
) -> None:
    assert words in refused(service, post(service, body), 400, "invalid_request")


@pytest.mark.parametrize("depth", [99, 50_000])
def test_json_that_nests_too_deep_is_refused(service: HttpApp, depth: int) -> None:
    nested = b'{"a":' * depth + b"1" + b"}" * depth
    body = b'{"sources":[{"type":"text","text":"x"}],"metadata":' + nested + b"}"
    answer = post(service, body)
    if depth == 99:
        assert answer.status_code == 202
    else:
        assert "max_json_depth" in refused(service, answer, 400, "invalid_request")


def test_one_level_more_than_allowed_is_too_deep(service: HttpApp) -> None:
    nested = b'{"a":' * 100 + b"1" + b"}" * 100
    body = b'{"sources":[{"type":"text","text":"x"}],"metadata":' + nested + b"}"
    assert "100 levels" in refused(service, post(service, body), 400, "invalid_request")


def test_a_webhook_that_nothing_could_sign_is_refused(service: HttpApp) -> None:
    body = {"sources": [TEXT], "webhook": "http://example.org"}
    refused(service, post(service, body), 400, "unsupported_option")
    upload = service.http.simulate_post(
        "/ingest",
        params={"name": "a.txt", "webhook": "http://example.org"},
        body=b"flour",
        headers={"Content-Type": "text/plain"},
    )
    refused(service, upload, 400, "unsupported_option")


def test_url_sources_are_switched_off(service: HttpApp) -> None:
    body = {"sources": [{"type": "url", "url": "http://example.org"}]}
    refused(service, post(service, body), 403, "urls_disabled")


def test_limits_each_have_their_own_problem(make_service: MakeApp) -> None:
    service = make_service(max_sources=2, max_text_bytes=10, max_body_bytes=500)
    short = {"type": "text", "text": "x"}
    refused(service, post(service, {"sources": [short] * 3}), 400, "too_many_sources")
    refused(service, post(service, {"sources": [TEXT | {"text": "é" * 6}]}), 413, "text_too_large")
    refused(service, post(service, b" " * 501), 413, "body_too_large")


def test_a_path_outside_the_roots_is_forbidden_and_a_missing_one_not_found(
    make_service: MakeApp, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    (root / "empty").mkdir(parents=True)
    (root / "link").symlink_to("/etc")
    service = make_service(allow_roots=[str(root)])

    def send(path: str | Path) -> Result:
        return post(service, {"sources": [{"type": "path", "path": str(path)}]})

    refused(service, send("/etc/passwd"), 403, "path_forbidden")
    refused(service, send(root / "link" / "passwd"), 403, "path_forbidden")
    refused(service, send(root / "nothing"), 422, "path_not_found")
    refused(service, send(root / "empty"), 422, "path_empty")


def test_a_path_that_nodes_may_not_see_is_not_shared_and_one_they_see_is_taken(
    make_service: MakeApp, tmp_path: Path
) -> None:
    for name in ("here", "everywhere"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text("Wheat.")
    shared = [str(tmp_path / "everywhere")]
    service = make_service(allow_roots=[str(tmp_path)], shared_roots=shared, engine="dask")

    def send(name: str) -> Result:
        return post(service, {"sources": [{"type": "path", "path": str(tmp_path / name)}]})

    refused(service, send("here"), 422, "path_not_shared")
    assert send("everywhere").status_code == 202


@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "multipart/mixed; boundary=x", "nonsense", ""],
)
def test_a_content_type_that_no_document_has_is_a_415(service: HttpApp, content_type: str) -> None:
    answer = post(service, b"a=b", Content_Type=content_type)
    assert "?name=" in refused(service, answer, 415, "unsupported_content_type")


def test_an_encoded_body_is_a_415_and_never_stored_as_it_is(service: HttpApp) -> None:
    answer = post(service, b"xx", {"name": "a"}, Content_Encoding="gzip")
    refused(service, answer, 415, "unsupported_content_type")


@pytest.mark.parametrize("key", ["", "two words", "é", "x" * 256])
def test_a_key_must_be_visible_characters(service: HttpApp, key: str) -> None:
    answer = post(service, {"sources": [TEXT]}, Idempotency_Key=key)
    refused(service, answer, 400, "invalid_request")


@pytest.mark.parametrize("query", [{"wait": "1"}, {"collection": "c"}])
def test_a_json_request_takes_no_parameters(service: HttpApp, query: dict[str, Any]) -> None:
    refused(service, post(service, {"sources": [TEXT]}, query), 400, "unknown_parameter")


def test_the_same_submission_while_pending_is_a_409_that_names_the_job(service: HttpApp) -> None:
    first = post(service, {"sources": [TEXT]}).json["job_id"]
    answer = post(service, {"sources": [TEXT]})
    assert (answer.status_code, answer.json["code"]) == (409, "duplicate_job")
    assert answer.json["job_id"] == first
    assert answer.headers["location"] == f"/ingest/{first}"


def test_a_key_returns_its_ended_job_and_refuses_another_request(service: HttpApp) -> None:
    first = post(service, {"sources": [TEXT]}, Idempotency_Key="k").json["job_id"]
    service.client.end(first)
    again = post(service, {"sources": [TEXT]}, Idempotency_Key="k")
    assert (again.status_code, again.json["job_id"]) == (200, first)
    assert again.headers["location"] == f"/ingest/{first}"
    other = post(service, {"sources": [TEXT | {"text": "else"}]}, Idempotency_Key="k")
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_conflict")


def test_a_full_queue_is_a_503_whose_job_can_be_looked_up(service: HttpApp) -> None:
    service.client.verdict = Verdict.FULL
    answer = post(service, {"sources": [TEXT]})
    assert (answer.status_code, answer.json["code"]) == (503, "queue_full")
    assert answer.headers["retry-after"] == "1"
    job = service.http.simulate_get(answer.headers["location"])
    assert (job.status_code, job.json["state"]) == (200, "failed")
    assert job.json["error"]["code"] == "queue_full"


def test_without_a_supervisor_or_while_draining_nothing_is_accepted(service: HttpApp) -> None:
    service.client.verdict = Verdict.DRAINING
    answer = post(service, {"sources": [TEXT]})
    assert answer.headers["retry-after"] == "5"
    refused(service, answer, 503, "draining")
    service.client.away = True
    refused(service, post(service, {"sources": [TEXT]}), 503, "supervisor_away")


def test_a_raw_body_is_one_document(service: HttpApp) -> None:
    query = {"name": "a.txt", "collection": "c", "priority": "3", "timeout_s": "1.5"}
    answer = post(service, b"bytes", query, Content_Type="text/plain; charset=utf-8")
    assert answer.status_code == 202, answer.text
    manifest = service.client.manifest(answer.json["job_id"])
    (source,) = manifest.sources
    assert isinstance(source, Spooled)
    assert (source.uri, source.bytes, source.media_type) == ("a.txt", 5, "text/plain")
    assert service.folder.bundle_path(source.claim).read_bytes() == b"bytes"
    assert (manifest.collection, manifest.priority, manifest.timeout_s) == ("c", 3, 1.5)


def test_json_with_a_name_is_a_document_and_not_a_request(service: HttpApp) -> None:
    answer = post(service, {"any": "thing"}, {"name": "a.json"})
    (source,) = service.client.manifest(answer.json["job_id"]).sources
    assert isinstance(source, Spooled) and source.media_type == "application/json"


@pytest.mark.parametrize(
    "query",
    [
        {"priority": "x"},
        {"priority": "999"},
        {"timeout_s": "-1"},
        {"timeout_s": "nan"},
        {"collection": "a\nb"},
        {"name": "n" * 1025},
        {"name": ["a", "b"]},
    ],
)
def test_a_wrong_parameter_of_a_raw_body_is_a_400(service: HttpApp, query: dict[str, Any]) -> None:
    answer = post(service, b"bytes", query, Content_Type="text/plain")
    refused(service, answer, 400, "invalid_request")


def test_a_raw_body_takes_no_other_parameter(service: HttpApp) -> None:
    answer = post(service, b"bytes", {"glob": "x"}, Content_Type="text/plain")
    assert "name" in refused(service, answer, 400, "unknown_parameter")


def test_a_form_carries_files_and_fields(service: HttpApp) -> None:
    body, content_type = form(
        ("f", "a.txt", b"one"),
        ("metadata", None, b'{"k": [1, 2]}'),
        ("g", "b.bin", bytes(range(256)) * 300),
        ("options", None, b'{"chunk_max_chars": 500}'),
        ("timeout_s", None, b"2"),
    )
    answer = post(service, body, {"collection": "c"}, Content_Type=content_type)
    assert answer.status_code == 202, answer.text
    manifest = service.client.manifest(answer.json["job_id"])
    first, second = manifest.sources
    assert isinstance(first, Spooled) and isinstance(second, Spooled)
    assert (first.uri, second.uri, second.bytes) == ("a.txt", "b.bin", 256 * 300)
    assert manifest.metadata == {"k": [1, 2]}
    assert manifest.options.chunk_max_chars == 500
    assert (manifest.collection, manifest.timeout_s) == ("c", 2.0)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([("collection", None, b"c")], "no file"),
        ([("f", "a", b"x"), ("colour", None, b"red")], "colour"),
        ([("f", "a", b"x"), ("priority", None, b"1"), ("priority", None, b"2")], "twice"),
        ([("f", "a", b"x"), ("metadata", None, b"[1]")], "metadata"),
        ([("f", "a", b"x"), ("metadata", None, b"{")], "metadata"),
        ([("f", "a", b"x"), ("metadata", None, b'{"a":' * 9000)], "metadata"),
        ([("f", "a", b"x"), ("options", None, b'{"x":1}')], "options"),
        ([("f", "a", b"x"), ("collection", None, b"\xff")], "UTF-8"),
        ([("f", "a", b"x"), ("priority", None, b"high")], "priority"),
        ([("f", "n" * 1025, b"x")], "1024"),
    ],
)
def test_a_form_of_the_wrong_shape_leaves_no_upload_behind(
    service: HttpApp, parts: list[tuple[str, str | None, bytes]], words: str
) -> None:
    body, content_type = form(*parts)
    answer = post(service, body, Content_Type=content_type)
    assert words in refused(service, answer, 400, "invalid_request")


def test_a_form_that_breaks_off_leaves_no_upload_behind(service: HttpApp) -> None:
    body, content_type = form(("f", "a.txt", b"one"), ("g", "b.txt", b"two"))
    for cut in (len(body) - 20, len(body) - 60, 10):
        refused(
            service, post(service, body[:cut], Content_Type=content_type), 400, "invalid_request"
        )
    answer = post(service, body, Content_Type="multipart/form-data")
    refused(service, answer, 400, "invalid_request")


def test_a_form_with_too_many_files_leaves_no_upload_behind(make_service: MakeApp) -> None:
    service = make_service(max_sources=2)
    body, content_type = form(*[("f", f"{i}", b"x") for i in range(3)])
    answer = post(service, body, Content_Type=content_type)
    refused(service, answer, 400, "too_many_sources")


def test_uploads_that_the_intake_refuses_are_dropped(service: HttpApp) -> None:
    service.client.away = True
    body, content_type = form(("f", "a.txt", b"one"))
    answer = post(service, body, Content_Type=content_type)
    refused(service, answer, 503, "supervisor_away")


def test_a_full_disk_is_a_503_and_leaves_nothing(
    service: HttpApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gristmill.storage.spool._copy", full)
    answer = post(service, b"bytes", {"name": "a"}, Content_Type="text/plain")
    assert answer.headers["retry-after"] == "30"
    refused(service, answer, 503, "storage_full")


def test_small_texts_stay_in_the_manifest(service: HttpApp) -> None:
    job = post(service, {"sources": [TEXT | {"name": "n"}]}).json["job_id"]
    assert service.client.manifest(job).sources == (InlineText("n", "some words"),)
    service.client.end(job, JobEvent.FAILED)


@pytest.mark.parametrize("field", ["metadata", "options"])
def test_a_large_body_of_many_values_is_refused_before_they_are_made(
    service: HttpApp, field: str
) -> None:
    values = b"[" + b"[]," * 400_000 + b"[]]"
    body = b'{"sources":[{"type":"text","text":"a"}],"%b":{"x":%b}}' % (field.encode(), values)
    assert f"{field} has 1200" in refused(service, post(service, body), 400, "invalid_request")


def test_a_large_body_of_too_many_sources_is_refused_before_they_are_made(service: HttpApp) -> None:
    body = (
        b'{"sources":[' + b'{"type":"text","text":"a"},' * 90_000 + b'{"type":"text","text":"a"}]}'
    )
    assert "about 90001" in refused(service, post(service, body), 400, "too_many_sources")


def test_a_large_text_with_anything_in_it_is_accepted(service: HttpApp) -> None:
    text = '{"type": [1, 2]}, ' * 100_000
    answer = post(service, {"sources": [{"type": "text", "text": text}], "metadata": {"a": "b"}})
    assert answer.status_code == 202


@pytest.mark.parametrize("collection", ["a\nb", "a\n", "\x00", ""])
def test_a_collection_has_no_control_characters(service: HttpApp, collection: str) -> None:
    body = {"sources": [{"type": "text", "text": "a"}], "collection": collection}
    refused(service, post(service, body), 400, "invalid_request")


def test_a_key_whose_quota_is_used_up_is_told_to_wait_and_nothing_is_kept(
    service: HttpApp,
) -> None:
    service.client.verdict = Verdict.OVER_QUOTA
    answer = post(service, {"sources": [TEXT]})
    assert answer.headers["retry-after"] == "1"
    assert "quota_waiting_jobs" in answer.json["detail"]
    refused(service, answer, 429, "too_many_requests")


# -- large JSON -------------------------------------------------------------------------------


def test_a_large_body_is_accepted_as_a_small_one_is(service: HttpApp) -> None:
    long = "wörds " * 200_000
    sources = [
        TEXT,
        {"type": "text", "text": long, "name": "long.txt"},
        {**TEXT, "text": "é" * 2000},
    ]
    answer = post(service, {"sources": sources})
    assert answer.status_code == 202, answer.text
    manifest = service.client.manifest(answer.json["job_id"])
    inline, spooled, other = manifest.sources
    assert isinstance(inline, InlineText)
    assert inline == InlineText(inline.uri, "some words")
    assert isinstance(spooled, Spooled) and spooled.uri == "long.txt"
    assert Spool(service.folder).read(spooled, 10**7).decode() == long
    assert isinstance(other, InlineText) and other.text == "é" * 2000
    # The same as if it had been decoded here: another time it is the same request.
    assert post(service, {"sources": sources}).json["job_id"] == answer.json["job_id"]


def test_a_large_body_is_never_decoded_where_others_are_served(
    make_service: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that cannot be started is no reason to do it here."""
    monkeypatch.setattr("sys.executable", "/bin/false")
    service = make_service()
    body = {"sources": [{**TEXT, "text": "x" * 2**21}]}
    refused(service, post(service, body), 503, "busy")


def put(service: HttpApp, uri: str, body: bytes = b"An article.", **query: str) -> Result:
    return service.http.simulate_put(
        "/documents",
        body=body,
        params={"uri": uri, **query},
        headers={"Content-Type": "text/markdown"},
    )


def test_a_document_is_put_under_a_uri_of_the_program(service: HttpApp) -> None:
    answer = put(service, "kb:articles/12?lang=en", collection="kb")
    assert answer.status_code == 202 and answer.json["collection"] == "kb", answer.text
    assert answer.headers["location"].endswith(answer.json["job_id"])
    (source,) = service.client.manifest(answer.json["job_id"]).sources
    assert isinstance(source, Spooled)
    assert (source.uri, source.media_type) == ("kb:articles/12?lang=en", "text/markdown")
    assert put(service, "kb:empty", b"").status_code == 202  # as an empty file with a name


@pytest.mark.parametrize(
    "uri", ["", "/srv/handbook/a.md", "text:0815", "kb:a\nb", "kb:\x7f", "k" * 1025]
)
def test_a_uri_that_is_no_name_of_ones_own_is_refused(service: HttpApp, uri: str) -> None:
    assert "kb:articles/12" in refused(service, put(service, uri), 400, "invalid_request")
