"""Collections as OpenAI's vector stores: looked at, searched, and a document deleted."""

from itertools import count
from typing import Any

import pytest
from support.http_app import HttpApp, make_app
from support.job_samples import NOON
from support.library_samples import succeeded

from gristmill.schemas.access import ApiKey
from gristmill.storage.stores import Stores

ODD = "a/b%2Fc"
_numbers = count()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> HttpApp:
    app = make_app(tmp_path_factory.mktemp("stores") / "data", protocols=["openai"])
    with Stores(app.folder).library() as library:
        library.commit(
            [
                *(
                    succeeded(
                        f"job{n}",
                        uri=f"{n}.txt",
                        texts=(f"water {n}",),
                        collection="mine",
                        metadata={
                            "job": {"team": ("law", "tax")[n % 2]},
                            "size": n,
                            "a b": ["c"],
                            "bytes": -1,
                        },
                    )
                    for n in range(5)
                ),
                succeeded("far", uri="far.txt", texts=("stone wheel",), collection="mine"),
                succeeded("theirs", uri="theirs.txt", texts=("water",), collection=ODD),
            ]
        )
    return app


def ask(app: HttpApp, method: str, path: str = "", token: str | None = None, **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return app.http.simulate_request(method, f"/v1/vector_stores{path}", headers=headers, **more)


def found(app: HttpApp, query: Any = "water", store: str = "mine", **more: Any) -> list[str]:
    answer = ask(app, "POST", f"/{store}/search", json={"query": query, **more})
    assert answer.status_code == 200, answer.text
    return [hit["filename"] for hit in answer.json["data"]]


def key(app: HttpApp, *collections: str) -> str:
    named = ApiKey(f"key-{next(_numbers)}", "", ("read", "ingest"), NOON, collections)
    return Stores(app.folder).tokens.add(named)


def test_collections_are_listed_page_by_page(app: HttpApp) -> None:
    first = ask(app, "GET", params={"limit": "1"}).json
    assert (first["object"], first["has_more"], first["last_id"]) == ("list", True, "a%2Fb%252Fc")
    assert first["data"][0]["name"] == ODD
    second = ask(app, "GET", params={"after": first["last_id"]}).json
    assert [(each["id"], each["file_counts"]["total"]) for each in second["data"]] == [("mine", 6)]
    assert second["has_more"] is False


def test_a_name_with_slashes_is_one_part_of_a_path(app: HttpApp) -> None:
    path = "/a%252Fb%25252Fc"
    assert ask(app, "GET", path).json["name"] == ODD
    assert found(app, store=path[1:]) == ["theirs.txt"]


def test_a_search_finds_chunks_with_attributes_that_filters_find(app: HttpApp) -> None:
    answer = ask(app, "POST", "/mine/search", json={"query": "water 3", "max_num_results": 1}).json
    assert answer["object"] == "vector_store.search_results.page"
    assert (answer["search_query"], answer["has_more"]) == (["water 3"], False)
    (hit,) = answer["data"]
    assert hit["content"] == [{"type": "text", "text": "water 3"}]
    assert hit["filename"] == "3.txt" and hit["score"] > 0
    assert (
        hit["attributes"].items()
        >= {"team": "tax", "size": 3, "a b": "c", "metadata.bytes": -1}.items()
    )
    for name, value in hit["attributes"].items():
        same = {"type": "eq", "key": name, "value": value}
        assert "3.txt" in found(app, filters=same, max_num_results=50), name


def test_filters_leave_out(app: HttpApp) -> None:
    tax = {"type": "eq", "key": "team", "value": "tax"}
    big = {"type": "gte", "key": "size", "value": 3}
    assert sorted(found(app, filters={"type": "and", "filters": [tax, big]})) == ["3.txt"]
    assert len(found(app, filters={"type": "or", "filters": [tax, big]})) == 3
    assert len(found(app, filters={"type": "nin", "key": "team", "value": ["tax", "x"]})) == 3


def test_hits_of_several_queries_come_by_turns(app: HttpApp) -> None:
    assert found(app, ["stone", "water 4", "stone"], max_num_results=2) == ["far.txt", "4.txt"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"filters": {"type": "like", "key": "a", "value": "b"}}, "invalid_filter"),
        ({"max_num_results": 51}, "invalid_request"),
        ({"max_num_results": 0}, "invalid_request"),
        ({"query": []}, "invalid_request"),
        ({"query": ""}, "invalid_query"),
        ({"rewrite_query": True}, "invalid_request"),
        ({"ranking_options": {"score_threshold": 0.5}}, "invalid_request"),
        ({"nonsense": 1}, "invalid_request"),
    ],
)
def test_what_is_wrong_is_told_as_openai_does(app: HttpApp, body: Any, code: str) -> None:
    answer = ask(app, "POST", "/mine/search", json={"query": "water", **body})
    assert answer.status_code == 400
    error = answer.json["error"]
    assert (error["type"], error["code"]) == ("invalid_request_error", code)
    assert error["message"] == answer.json["detail"]
    assert error["param"] == ("filters" if code == "invalid_filter" else error["param"])


def test_files_are_listed_page_by_page_newest_first(app: HttpApp) -> None:
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = ask(app, "GET", "/mine/files", params={"limit": "2", **after}).json
        seen += [each["filename"] for each in page["data"]]
        if not page["has_more"]:
            break
        after = {"after": page["last_id"]}
    whole = app.http.simulate_get("/documents", params={"collection": "mine"}).json["items"]
    assert seen == [each["uri"] for each in whole] and len(seen) == 6
    assert ask(app, "GET", "/mine/files", params={"filter": "failed"}).json["data"] == []
    assert ask(app, "GET", "/mine/files", params={"order": "asc"}).status_code == 400
    assert ask(app, "GET", "/mine/files", params={"after": "gone"}).json["code"] == "invalid_cursor"


def test_a_file_is_shown_and_deleted_in_its_own_store_alone(app: HttpApp) -> None:
    with Stores(app.folder).library() as library:
        library.commit([succeeded("once", uri="once.txt", texts=("once",), collection="kept")])
    (listed,) = ask(app, "GET", "/kept/files").json["data"]
    at = f"/kept/files/{listed['id']}"
    shown = ask(app, "GET", at).json
    assert shown == listed and (shown["status"], shown["vector_store_id"]) == ("completed", "kept")
    for method in ("GET", "DELETE"):
        elsewhere = ask(app, method, f"/mine/files/{listed['id']}")
        assert (elsewhere.status_code, elsewhere.json["code"]) == (404, "document_not_found")
    assert ask(app, "DELETE", at).json == {
        "id": listed["id"],
        "object": "vector_store.file.deleted",
        "deleted": True,
    }
    assert ask(app, "GET", at).json["error"]["code"] == "document_not_found"


def test_a_store_that_is_not_there_is_a_404(app: HttpApp) -> None:
    for method, path in (("GET", ""), ("GET", "/files"), ("POST", "/search")):
        answer = ask(app, method, f"/mien{path}", json={"query": "water"})
        assert (answer.status_code, answer.json["error"]["code"]) == (404, "unknown_collection")
        assert "mine" in answer.json["error"]["message"]


def test_a_bound_key_sees_and_touches_nothing_of_other_stores(app: HttpApp) -> None:
    token = key(app, ODD)
    assert [each["name"] for each in ask(app, "GET", token=token).json["data"]] == [ODD]
    (theirs,) = ask(app, "GET", "/a%252Fb%25252Fc/files", token).json["data"]
    mine = ask(app, "GET", "/mine/files", key(app)).json["data"][0]
    for method, path in (
        ("GET", "/mine"),
        ("POST", "/mine/search"),
        ("GET", "/mine/files"),
        ("GET", f"/mine/files/{mine['id']}"),
        ("DELETE", f"/mine/files/{mine['id']}"),
    ):
        answer = ask(app, method, path, token, json={"query": "water"})
        assert (answer.status_code, answer.json["error"]["code"]) == (403, "forbidden")
    hidden = ask(app, "DELETE", f"/a%252Fb%25252Fc/files/{mine['id']}", token)
    assert hidden.status_code == 404
    asked = {"query": "water", "filters": {"type": "eq", "key": "collection", "value": "mine"}}
    assert ask(app, "POST", "/a%252Fb%25252Fc/search", token, json=asked).json["data"] == []
    assert ask(app, "GET", f"/a%252Fb%25252Fc/files/{theirs['id']}", token).status_code == 200
    refused = ask(app, "GET", "/mine", "gm_wrong")
    assert (refused.status_code, refused.json["error"]["code"]) == (401, "unauthorized")


def test_nothing_is_there_without_the_switch(tmp_path: Any) -> None:
    assert ask(make_app(tmp_path / "data"), "GET").status_code == 404
