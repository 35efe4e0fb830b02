"""Files that clients of docling-serve have converted, against one real service."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.http_app import make_app
from support.job_samples import NOON
from support.running import Service, end, until

from gristmill.schemas.access import ApiKey
from gristmill.server.access.gate import head_of, head_of_environ
from gristmill.storage.stores import Stores

NOTE = b"# Mill\n\nA dusty miller grinds."


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    data = tmp_path_factory.mktemp("docling") / "data"
    started = Service(data, "--workers", "1", "--protocol", "docling")
    try:
        yield started.start()
    finally:
        end(started)


def convert(service: Service, *files: tuple[str, bytes, str], **options: Any) -> Any:
    """A request in the shape of Open WebUI's `DoclingLoader.load`, which sends its options as
    fields beside the file."""
    return service.http.post(
        "/v1/convert/file",
        files=[("files", each) for each in files],
        data={"image_export_mode": "placeholder", **options},
        headers={"X-Api-Key": "none"},
    )


def test_open_webui_reads_the_markdown_of_a_file(service: Service) -> None:
    options = {"to_formats": ["md", "text"], "ocr_lang": ["en", "de"], "unheard_of": "1"}
    answer = convert(service, ("mill.md", NOTE, "text/markdown"), **options)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["status"], said["errors"], said["timings"]) == ("success", [], {})
    assert said["processing_time"] > 0
    document = said["document"]
    assert document["filename"] == "mill.md"
    assert document["md_content"] == "# Mill\n\nA dusty miller grinds.\n"
    assert document["text_content"] == "Mill\n\nA dusty miller grinds."
    assert "<h1>Mill</h1>" in document["html_content"]
    assert (document["json_content"], document["doctags_content"]) == (None, None)


def test_what_is_refused_says_why_in_its_detail(service: Service) -> None:
    note = ("a.txt", NOTE, "text/plain")
    for answer, status, words in (
        (convert(service, ("b.bin", b"\x00" * 9, "application/octet-stream")), 422, "b.bin"),
        (convert(service, note, note), 400, "several files"),
        (convert(service, ("options.txt", b"   ", "text/plain")), 422, "No extractable text"),
        (convert(service, note, target_type="presigned_url"), 422, "requires artifact storage"),
        (convert(service, note, target_type="zip"), 422, "ask for `inbody`"),
    ):
        assert (answer.status_code, words in answer.json()["detail"]) == (status, True), answer.text


def test_it_says_that_it_is_well_and_which_version_it_is(service: Service) -> None:
    assert service.http.get("/health").json() == {"status": "ok"}
    assert "gristmill" in service.http.get("/version").json()


def test_a_key_may_come_in_the_header_of_docling_serve() -> None:
    for given, read in (
        ({"X_API_KEY": "secret"}, "Bearer secret"),
        ({"X_API_KEY": "secret", "AUTHORIZATION": "Bearer other"}, "Bearer other"),
        ({"X_API_KEY": ""}, None),
    ):
        assert head_of(given, "127.0.0.1").authorization == read
        environ = {f"HTTP_{name}": value for name, value in given.items()}
        assert head_of_environ(environ).authorization == read


def test_what_takes_too_long_is_a_504_that_says_so(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data", protocols=["docling"], drop_in_wait_s=0.01)
    form = httpx.Request("POST", "http://x", files={"files": ("a.txt", NOTE)})
    kind = {"Content-Type": form.headers["Content-Type"]}
    answer = app.http.simulate_post("/v1/convert/file", body=form.read(), headers=kind)
    assert (answer.status_code, answer.json["code"]) == (504, "conversion_timed_out")
    assert "still being read" in answer.json["detail"]
    assert answer.headers["Location"].startswith("/ingest/")


def test_a_task_is_polled_and_its_result_read(service: Service) -> None:
    http = service.http
    for data, status in ((NOTE + b" By and by.", "success"), (b"\x00" * 11, "failure")):
        task = http.post("/v1/convert/file/async", files={"files": ("later.md", data)}).json()
        assert task["task_type"] == "convert"
        path = f"/v1/status/poll/{task['task_id']}"

        def ended(path: str = path) -> bool:
            seen = http.get(path, params={"wait": "5"}).json()["task_status"]
            return seen not in ("pending", "started")

        until(ended, "a task that has ended")
        assert http.get(path).json()["task_status"] == status
        result = http.get(f"/v1/result/{task['task_id']}")
        assert result.status_code == 200
        if status == "success":
            assert result.json()["document"]["md_content"].endswith("By and by.\n")
        else:
            assert result.json()["kind"] == "TaskFailureResult"
            assert "later.md" in result.json()["failure"]["message"]


def test_a_task_is_one_that_came_so_and_that_the_key_may_see(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data", protocols=["docling"])
    ours = app.http.simulate_post("/ingest", json={"sources": [{"type": "text", "text": "x"}]})
    form = httpx.Request("POST", "http://x", files={"files": ("a.txt", NOTE)})
    kind = {"Content-Type": form.headers["Content-Type"]}
    sent = app.http.simulate_post("/v1/convert/file/async", body=form.read(), headers=kind)
    task = sent.json["task_id"]
    assert app.http.simulate_get(f"/v1/result/{task}").status_code == 404  # it has not ended
    assert app.http.simulate_get(f"/v1/status/poll/{task}").json["task_status"] == "pending"
    whole, other = (
        {"X-Api-Key": Stores(app.folder).tokens.add(ApiKey(name, "", ("ingest",), NOON, bound))}
        for name, bound in (("whole", ()), ("other", ("other",)))
    )
    for path in ("/v1/status/poll", "/v1/result"):
        for job_id in (ours.json["job_id"], "absent"):
            assert app.http.simulate_get(f"{path}/{job_id}", headers=whole).status_code == 404
        assert app.http.simulate_get(f"{path}/{task}", headers=other).status_code == 404
