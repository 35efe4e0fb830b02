"""What reads the library: documents, chunks, search, export and the ledger."""

import json
from typing import Any

import pytest
from support.http_app import HttpApp, MakeApp, Submit

from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.results import ChunkDraft, DocumentContent, DocumentResult
from gristmill.storage.library import JobIndexRow, Library
from gristmill.storage.library.sqlite import deadline

JOB = "0193b3a0-1234-7abc-8def-0123456789ab"


def result(number: int, collection: str = "default") -> DocumentResult:
    """A document of two chunks, as a worker hands it over."""
    first, second = f"apple number {number}\n", f"pear number {number}\n"
    chunks = (
        ChunkDraft(first, ("Fruit",), 1, 0, len(first)),
        ChunkDraft(second, ("Fruit", "More"), 2, len(first), len(first) + len(second)),
    )
    content = DocumentContent("text/plain", f"Title {number}", {"n": number}, 2, chunks)
    return DocumentResult(
        JOB,
        number,
        collection,
        f"file-{number}.txt",
        DocumentState.SUCCEEDED,
        size=40,
        seconds=0.01,
        sha256=f"{number:064x}",
        pipeline="p",
        media_type="text/plain",
        content=content,
    )


@pytest.fixture
def filled(service: HttpApp) -> HttpApp:
    """A service whose library has five documents in `default` and one in `other`."""
    with Library.open(service.folder.library) as library:
        library.commit([result(n) for n in range(5)] + [result(5, "other")])
    return service


def get(service: HttpApp, path: str, **query: object) -> Any:
    answer = service.http.simulate_get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json


def pages(service: HttpApp, path: str, **query: object) -> list[dict[str, Any]]:
    """All items of a list, page after page."""
    items: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = get(service, path, **query, **after)
        items += page["items"]
        if page["next"] is None:
            return items
        after = {"after": page["next"]}


def test_before_the_first_job_the_library_reads_as_an_empty_one(service: HttpApp) -> None:
    assert get(service, "/documents") == {"items": [], "next": None}
    assert get(service, "/search", q="apple")["items"] == []
    assert service.http.simulate_get("/export").content == b""
    assert not service.folder.library.exists()


def test_a_thread_sees_the_library_as_soon_as_it_is_there(service: HttpApp) -> None:
    assert get(service, "/documents")["items"] == []
    with Library.open(service.folder.library) as library:
        library.commit([result(1)])
    assert len(get(service, "/documents")["items"]) == 1


@pytest.mark.parametrize("limit", [1, 2, 5, 6, 50])
def test_pages_of_documents_show_each_once(filled: HttpApp, limit: int) -> None:
    items = pages(filled, "/documents", limit=limit)
    assert sorted(item["uri"] for item in items) == [f"file-{n}.txt" for n in range(6)]


def test_documents_are_filtered_by_collection(filled: HttpApp) -> None:
    assert [d["uri"] for d in get(filled, "/documents", collection="other")["items"]] == [
        "file-5.txt"
    ]


@pytest.mark.parametrize(
    "path", ["/documents", "/search?q=apple", "/export", "/documents?facets=uri"]
)
def test_a_misspelled_collection_is_not_an_empty_one(filled: HttpApp, path: str) -> None:
    path, _, query = path.partition("?")
    asked = "&".join(filter(None, [query, "collection=Othr"]))
    answer = filled.http.simulate_get(path, query_string=asked)
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_collection")
    assert answer.json["did_you_mean"] == ["other"] and "'other'" in answer.json["detail"]
    asked = "&".join(filter(None, [query, "filter=chunks+%3E+0+and+collection+in+(other,Othr)"]))
    filtered = filled.http.simulate_get(path, query_string=asked)
    assert (filtered.status_code, filtered.json["detail"]) == (404, answer.json["detail"])


def test_the_default_collection_is_never_missing(service: HttpApp, submit: Submit) -> None:
    assert get(service, "/documents", collection="default")["items"] == []
    assert get(service, "/collections/default")["documents"] == 0
    submit(collection="coming")
    with Library.open(service.folder.library) as library:
        library.index_jobs([JobIndexRow.of(service.client.manifest(service.client.offered[0]))])
    assert get(service, "/search", q="apple", collection="coming")["items"] == []


def test_a_document_and_its_chunks_have_the_fields_of_the_contract(filled: HttpApp) -> None:
    listed = get(filled, "/documents", collection="other")["items"][0]
    document = get(filled, f"/documents/{listed['document_id']}")
    assert document == listed
    assert {"document_id", "uri", "collection", "media_type", "title", "sha256"} <= set(document)
    assert (document["chunks"], document["metadata"]["n"]) == (2, 5)
    chunks = pages(filled, f"/documents/{listed['document_id']}/chunks", limit=1)
    assert [(c["ordinal"], c["page"], c["headings"]) for c in chunks] == [
        (0, 1, ["Fruit"]),
        (1, 2, ["Fruit", "More"]),
    ]


def test_a_chunk_is_read_by_its_id_with_its_neighbours(filled: HttpApp) -> None:
    hit = get(filled, "/search", q="apple number 3")["items"][0]
    document, _, number = hit["chunk_id"].rpartition("-")
    both = pages(filled, f"/documents/{document}/chunks")
    assert hit["text"] == both[int(number)]["text"]
    assert get(filled, f"/chunks/{document}-1") == {"chunk": both[1], "before": [], "after": []}
    near = get(filled, f"/chunks/{document}-0", context=3)
    assert (near["chunk"], near["before"], near["after"]) == (both[0], [], both[1:])
    assert get(filled, f"/chunks/{document}-1", context=1)["before"] == both[:1]
    for missing, code in (("2", "chunk_not_found"), ("x", "chunk_not_found")):
        answer = filled.http.simulate_get(f"/chunks/{document}-{missing}")
        assert (answer.status_code, answer.json["code"]) == (404, code)
    answer = filled.http.simulate_get(f"/chunks/{'0' * 32}-0")
    assert (answer.status_code, answer.json["code"]) == (404, "document_not_found")


def test_a_deleted_document_is_gone_with_its_chunks(filled: HttpApp) -> None:
    document = get(filled, "/search", q="apple number 3")["items"][0]["document_id"]
    assert filled.http.simulate_delete(f"/documents/{document}").status_code == 204
    for method, path in (("GET", ""), ("GET", "/chunks"), ("DELETE", "")):
        answer = filled.http.simulate_request(method, f"/documents/{document}{path}")
        assert (answer.status_code, answer.json["code"]) == (404, "document_not_found")
    assert len(get(filled, "/documents")["items"]) == 5


@pytest.mark.parametrize("document", ["x", "0" * 32, "A" * 32])
def test_an_unknown_document_is_a_404(service: HttpApp, document: str) -> None:
    for method, path in (("GET", ""), ("GET", "/chunks"), ("DELETE", "")):
        answer = service.http.simulate_request(method, f"/documents/{document}{path}")
        assert (answer.status_code, answer.json["code"]) == (404, "document_not_found")
    assert not service.folder.library.exists()


@pytest.mark.parametrize("path", ["/documents", f"/ingest/{JOB}/documents"])
@pytest.mark.parametrize("after", ["?", "aGVsbG8", "ZA", "ZHg"])
def test_a_cursor_that_no_list_gave_is_a_400(filled: HttpApp, path: str, after: str) -> None:
    answer = filled.http.simulate_get(path, params={"after": after})
    if path == "/documents" or answer.json["code"] != "job_not_found":
        assert (answer.status_code, answer.json["code"]) == (400, "invalid_cursor")


def test_a_search_finds_chunks_with_their_place(filled: HttpApp) -> None:
    answer = get(filled, "/search", q="pear", collection="other", limit=3)
    assert answer["query"] == "pear"
    (hit,) = answer["items"]
    assert (hit["uri"], hit["title"], hit["headings"], hit["page"]) == (
        "file-5.txt",
        "Title 5",
        ["Fruit", "More"],
        2,
    )
    assert "pear" in hit["snippet"]


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "..."}, {"q": "x" * 2001}])
def test_a_search_without_a_word_is_a_400(filled: HttpApp, query: dict[str, Any]) -> None:
    answer = filled.http.simulate_get("/search", params=query)
    assert (answer.status_code, answer.json["code"]) == (400, "invalid_query")


@pytest.mark.parametrize("query", ['"', "a AND", "NEAR(", "title:x", "a*b", "'; DROP", "^", "a\0b"])
def test_what_users_type_is_never_query_syntax(filled: HttpApp, query: dict[str, Any]) -> None:
    answer = filled.http.simulate_get("/search", params={"q": query})
    assert answer.status_code == 200 or answer.json["code"] == "invalid_query"


def test_an_export_is_a_chunk_a_line_with_its_document(filled: HttpApp) -> None:
    answer = filled.http.simulate_get("/export", params={"collection": "other"})
    assert answer.headers["content-type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["text"] for line in lines] == ["apple number 5\n", "pear number 5\n"]
    for line in lines:
        assert (line["uri"], line["title"], line["collection"]) == (
            "file-5.txt",
            "Title 5",
            "other",
        )
        assert (line["media_type"], line["metadata"]["n"]) == ("text/plain", 5)
    whole = filled.http.simulate_get("/export", params={"format": "jsonl"})
    assert len(whole.text.splitlines()) == 12


def test_an_export_says_what_it_is_and_other_forms_are_refused(filled: HttpApp) -> None:
    for form, media_type in (
        ("flat", "application/x-ndjson"),
        ("csv", "text/csv; charset=utf-8"),
        ("parquet", "application/vnd.apache.parquet"),
    ):
        answer = filled.http.simulate_get("/export", params={"format": form, "ids": "uuid"})
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert answer.content
    for wrong in ({"format": "xml"}, {"ids": "numbers"}):
        answer = filled.http.simulate_get("/export", params=wrong)
        assert (answer.status_code, answer.json["code"]) == (400, "invalid_request")


def test_the_ledger_of_a_job_is_paged_and_filtered(service: HttpApp, submit: Submit) -> None:
    job = submit()
    with Library.open(service.folder.library) as library:
        for number in range(3):
            library.fail(job, number, f"file-{number}", "empty", "nothing in it", 1)
    rows = pages(service, f"/ingest/{job}/documents", limit=1)
    assert [(row["ordinal"], row["state"], row["code"]) for row in rows] == [
        (n, "failed", "empty") for n in range(3)
    ]
    assert get(service, f"/ingest/{job}/documents", state="succeeded")["items"] == []
    running = service.http.simulate_get(f"/ingest/{job}").json
    assert (running["counts"]["failed"], running["counts"]["total"]) == (3, 3)


def test_a_read_that_takes_too_long_is_a_503_that_says_what_to_do(
    make_service: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadline, "STEPS", 1)
    service = make_service(read_timeout_s=1e-9)
    with Library.open(service.folder.library) as library:
        library.commit([result(n) for n in range(3)])
        document = library.documents_page(collection=None, after=None, limit=1)[0][0].document_id
    for path in (
        "/search?q=apple",
        "/documents",
        f"/documents/{document}",
        f"/documents/{document}/chunks",
        "/ingest",
        "/export",
    ):
        answer = service.http.simulate_get(path)
        assert (answer.status_code, answer.json["code"]) == (503, "too_expensive"), path
        assert answer.headers["retry-after"] == "5"
        assert answer.headers["content-type"] == "application/problem+json"
        assert "read_timeout_s" in answer.json["detail"]
        assert "ask for less" in answer.json["detail"]
    assert service.http.simulate_get("/healthz").status_code == 200


def test_a_filter_is_for_lists_searches_and_exports(filled: HttpApp) -> None:
    where = {"filter": "metadata.n >= 3 and collection = default"}
    expected = {"file-3.txt", "file-4.txt"}
    assert {each["uri"] for each in pages(filled, "/documents", limit=1, **where)} == expected
    hits = get(filled, "/search", q="apple", **where)["items"]
    assert {hit["uri"] for hit in hits} == expected
    lines = filled.http.simulate_get("/export", params=where).text.splitlines()
    assert {json.loads(line)["uri"] for line in lines} == expected
    assert len(get(filled, "/documents", filter="")["items"]) == 6


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/documents", "/search", "/export"])
def test_what_is_no_filter_is_a_400_with_its_place(filled: HttpApp, method: str, path: str) -> None:
    query = {"filter": "bytes > big"} | ({"q": "apple"} if path == "/search" else {})
    answer = filled.http.simulate_request(method, path, params=query)
    assert answer.status_code == 400
    if method == "GET":
        assert answer.json["code"] == "invalid_filter"
        assert answer.json["detail"].startswith("at character 9: bytes is compared with a number")


def test_facets_count_what_a_list_or_a_search_is_of(filled: HttpApp) -> None:
    listed = get(filled, "/documents", facets="collection,metadata.n", filter="metadata.n < 2")
    assert listed["facets"]["collection"] == {
        "values": [{"value": "default", "count": 2}],
        "more": False,
        "exact": True,
    }
    assert [each["value"] for each in listed["facets"]["metadata.n"]["values"]] == [0, 1]
    found = get(filled, "/search", q="pear", facets="collection", limit=1)
    counts = {each["value"]: each["count"] for each in found["facets"]["collection"]["values"]}
    assert counts == {"default": 5, "other": 1}
    assert "facets" not in get(filled, "/search", q="pear")
    answer = filled.http.simulate_get("/documents", params={"facets": "collection;uri"})
    assert answer.status_code == 400 and answer.json["code"] == "invalid_filter"
    assert answer.json["detail"].startswith("facets: at character 11: ")


def test_collections_are_listed_with_their_sizes(filled: HttpApp) -> None:
    assert pages(filled, "/collections", limit=1) == [
        {"collection": "default", "documents": 5, "chunks": 10, "bytes": 200},
        {"collection": "other", "documents": 1, "chunks": 2, "bytes": 40},
    ]
    (other,) = get(filled, "/documents", collection="other")["items"]
    filled.http.simulate_delete(f"/documents/{other['document_id']}")
    listed = get(filled, "/collections")
    assert [each["collection"] for each in listed["items"]] == ["default"]
    assert listed["next"] is None


def test_a_search_goes_on_page_by_page(filled: HttpApp) -> None:
    first = get(filled, "/search", q="apple", limit=4)
    assert (len(first["items"]), first["total"], first["total_is_estimate"]) == (4, 6, False)
    second = get(filled, "/search", q="apple", limit=4, cursor=first["next"])
    assert second["next"] is None
    found = {hit["chunk_id"] for hit in first["items"] + second["items"]}
    assert len(found) == 6

    other = filled.http.simulate_get("/search", params={"q": "pear", "cursor": first["next"]})
    assert (other.status_code, other.json["code"]) == (400, "invalid_cursor")
    assert "another search" in other.json["detail"]


def test_hits_have_the_fields_that_were_asked_for(filled: HttpApp) -> None:
    (hit, *_) = get(filled, "/search", q="apple", fields="uri,title")["items"]
    assert list(hit) == ["chunk_id", "uri", "title"]
    refused = filled.http.simulate_get("/search", params={"q": "apple", "fields": "uri,secret"})
    assert (refused.status_code, refused.json["code"]) == (400, "invalid_request")
    assert "'secret'" in refused.json["detail"]
