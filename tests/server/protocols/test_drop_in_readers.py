"""Documents that are handed in by the protocols of others, against one real service: the requests
are those of the real clients, or in the shape of theirs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from support.running import Service, end, until

NOTE = b"# Mill\n\nA dusty miller grinds."


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    spoken = [flag for name in ("openwebui", "tika") for flag in ("--protocol", name)]
    started = Service(tmp_path_factory.mktemp("drop-in") / "data", "--workers", "1", *spoken)
    try:
        yield started.start()
    finally:
        end(started)


def load(service: Service, name: str, data: bytes, kind: str | None, **more: str) -> Any:
    """A request in the shape of Open WebUI's `ExternalDocumentLoader.load`, after its source: the
    bytes as they are, a percent-encoded name, and headers that say whose chat it is of."""
    headers = {
        "Authorization": "Bearer none",
        "X-Filename": quote(name),
        "X-OpenWebUI-User-Name": "Ada",
        "X-OpenWebUI-User-Id": "1",
        "User-Agent": "python-requests/2.32.5",
        "Accept": "*/*",
        **more,
    }
    if kind is not None:
        headers["Content-Type"] = kind
    return service.http.put("/process", content=data, headers=headers)


def test_open_webui_gets_the_text_of_a_file_as_markdown(service: Service) -> None:
    answer = load(service, "Über die Mühle.md", NOTE, "text/markdown")
    assert answer.status_code == 200, answer.text
    (document,) = answer.json()
    assert document["page_content"] == "# Mill\n\nA dusty miller grinds.\n"
    assert document["metadata"]["source"] == "Über die Mühle.md"
    assert document["metadata"]["title"] == "Mill"
    assert service.http.get(answer.headers["Location"]).json()["collection"] == "drop-in"


def test_what_is_sent_again_is_answered_from_the_library(service: Service) -> None:
    first, again = (load(service, "again.md", NOTE + b" Again.", None) for _ in range(2))
    assert first.json() == again.json()
    job_id = again.headers["Location"].rpartition("/")[2]
    assert [row["state"] for row in service.ledger(job_id)] == ["unchanged"]


def test_two_files_of_one_name_are_never_answered_for_each_other(service: Service) -> None:
    texts = [load(service, "same.txt", f"text {n}".encode(), "text/plain") for n in range(3)]
    assert [each.json()[0]["page_content"].strip() for each in texts] == [
        *("text 0", "text 1", "text 2")
    ]


def test_open_webui_reads_a_file_itself_where_there_is_no_text_in_it(service: Service) -> None:
    answer = load(service, "blank.txt", b"   ", "text/plain")
    assert (answer.status_code, answer.json()["code"]) == (422, "document_unreadable")
    assert "No extractable text" in answer.json()["detail"]
    assert answer.json()["document_code"] == "empty"


def test_a_body_without_a_byte_is_refused(service: Service) -> None:
    answer = load(service, "none.txt", b"", "text/plain")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


class TestTika:
    """The `tika` package's own client, where it is at hand."""

    @pytest.fixture
    def parser(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
        monkeypatch.setenv("TIKA_CLIENT_ONLY", "True")
        monkeypatch.setenv("TIKA_LOG_PATH", str(tmp_path))
        pytest.importorskip("tika", reason="the package `tika` is not installed")
        from tika import parser

        return parser

    @pytest.fixture
    def at(self, service: Service) -> str:
        return str(service.http.base_url).rstrip("/")

    @pytest.fixture
    def note(self, tmp_path: Path) -> Path:
        path = tmp_path / "mill notes.md"
        path.write_bytes(NOTE)
        return path

    def test_a_file_and_a_buffer(self, parser: Any, at: str, note: Path) -> None:
        for parsed in (parser.from_file(str(note), at), parser.from_buffer(NOTE, at)):
            assert parsed["status"] == 200
            assert parsed["content"].split() == ["Mill", "A", "dusty", "miller", "grinds."]
            assert parsed["metadata"]["dc:title"] == "Mill"

    def test_its_services(self, parser: Any, at: str, note: Path) -> None:
        meta = parser.from_file(str(note), at, service="meta")
        assert meta["metadata"]["resourceName"] == "mill notes.md"
        text = parser.from_file(str(note), at, service="text")
        assert text["content"] == "Mill\n\nA dusty miller grinds."
        assert "<h1>Mill</h1>" in parser.from_file(str(note), at, xmlContent=True)["content"]

    def test_what_cannot_be_read_is_no_200(self, parser: Any, at: str) -> None:
        status, _ = parser.from_buffer(b"\x00" * 9, at, raw_response=True)
        assert status == 422


@pytest.mark.parametrize(
    ("path", "accept", "kind", "content"),
    [
        ("/tika", "*/*", "text/plain", b"Mill\n\nA dusty miller grinds."),
        ("/tika", "text/html", "text/html", b"<h1>Mill</h1>"),
        ("/tika", "application/json", "application/json", b'"X-TIKA:content":"Mill\\n\\nA dusty'),
        ("/tika/text", "*/*", "application/json", b'"X-TIKA:content":"Mill\\n\\nA dusty'),
        ("/meta", "*/*", "text/csv", b'"dc:title","Mill"\n'),
        ("/meta", "application/json", "application/json", b'"dc:title":"Mill"'),
        ("/rmeta/ignore", "*/*", "application/json", b'"dc:title":"Mill"'),
    ],
)
def test_tika_answers_as_it_is_asked(
    service: Service, path: str, accept: str, kind: str, content: bytes
) -> None:
    answer = service.http.put(path, content=NOTE, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith(kind)
    assert content in answer.content
    assert b"drop_in" not in answer.content


def test_a_handler_that_tika_has_not_is_refused(service: Service) -> None:
    answer = service.http.put("/rmeta/nonsense", content=NOTE)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


def test_the_documents_stand_in_the_library_and_say_how_they_came(service: Service) -> None:
    load(service, "kept.txt", b"kept for a while", "text/plain")
    found = until(
        lambda: service.http.get(
            "/documents", params={"filter": "metadata.job.drop_in = openwebui", "limit": "1"}
        ).json()["items"],
        "a document",
    )
    assert found[0]["uri"].endswith("/kept.txt") and found[0]["collection"] == "drop-in"
