"""`mode=` of a search over HTTP: what is served, what is refused, and what a bound key sees."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import psutil
import pytest
from support.embedded_texts import embedded
from support.http_app import HttpApp, make_app
from support.job_samples import NOON
from support.library_samples import succeeded
from support.tiny_model import make_static_model

from gristmill.schemas.access import ApiKey
from gristmill.storage.stores import Stores

_numbers = count()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpApp]:
    folder = tmp_path_factory.mktemp("modes")
    model = make_static_model(folder / "model")
    # Until the model is read, which on a slow machine takes its time.
    app = make_app(folder / "data", embed_models=[f"tiny={model}"], read_timeout_s=60.0)
    with Stores(app.folder).library() as library:
        library.commit(
            [
                embedded(model, "mine.txt", "water water", collection="mine"),
                embedded(model, "far.txt", "stone stone", collection="mine"),
                embedded(model, "theirs.txt", "water water", collection="theirs"),
                succeeded("bare", uri="bare.txt", texts=("water",), collection="bare"),
            ]
        )
    yield app
    # It would end with this process.
    for child in psutil.Process().children():
        if str(app.folder.root) in child.cmdline():
            child.kill()
            child.wait()


def search(app: HttpApp, **asked: Any) -> Any:
    token = asked.pop("token", None)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return app.http.simulate_get("/search", params=asked, headers=headers)


def key(app: HttpApp, *collections: str) -> str:
    name = f"{'-'.join(collections)}-{next(_numbers)}"
    return Stores(app.folder).tokens.add(ApiKey(name, "", ("read",), NOON, collections))


def uris(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["uri"] for item in answer.json["items"]]


def test_each_mode_says_what_it_is(app: HttpApp) -> None:
    for mode, found in (("lexical", 1), ("vector", 2), ("hybrid", 2)):
        answer = search(app, q="water", collection="mine", mode=mode)
        assert (answer.json["mode"], len(answer.json["items"])) == (mode, found)
        assert answer.json["items"][0]["uri"] == "mine.txt"
    assert search(app, q="water", collection="mine").json["mode"] == "hybrid"
    assert search(app, q="water", collection="bare").json["mode"] == "lexical"


def test_a_mode_that_is_none_or_cannot_be_served_is_a_problem(app: HttpApp) -> None:
    assert search(app, q="water", mode="magic").json["code"] == "invalid_request"
    answer = search(app, q="water", collection="bare", mode="vector")
    assert (answer.status_code, answer.json["code"]) == (409, "mode_unavailable")
    assert "gristmill embed" in answer.json["detail"]


@pytest.mark.parametrize("mode", ["vector", "hybrid"])
def test_pages_go_on_in_the_mode_of_the_first(app: HttpApp, mode: str) -> None:
    first = search(app, q="water", collection="mine", mode=mode, limit=1, fields="uri").json
    assert (first["total"], first["total_is_estimate"]) == (2, False)
    assert [sorted(item) for item in first["items"]] == [["chunk_id", "uri"]]
    second = search(app, q="water", collection="mine", cursor=first["next"], limit=1).json
    assert (second["mode"], second["next"]) == (mode, None)
    assert [item["uri"] for item in first["items"] + second["items"]] == ["mine.txt", "far.txt"]
    other = search(app, q="water", collection="mine", cursor=first["next"], mode="lexical")
    assert (other.status_code, other.json["code"]) == (400, "invalid_cursor")
    torn = search(app, q="water", collection="mine", cursor="no cursor", mode=mode)
    assert (torn.status_code, torn.json["code"]) == (400, "invalid_cursor")


def test_a_collection_says_which_model_it_has(app: HttpApp) -> None:
    mine = app.http.simulate_get("/collections/mine").json
    assert mine["embedding_model"].startswith("tiny@")
    assert app.http.simulate_get("/collections/bare").json["embedding_model"] is None


@pytest.mark.parametrize("mode", [None, "vector", "hybrid"])
def test_a_bound_key_finds_nothing_of_others_by_meaning(app: HttpApp, mode: str | None) -> None:
    asked = {"q": "water", **({"mode": mode} if mode else {})}
    mine = search(app, **asked, token=key(app, "mine"))
    assert sorted(uris(mine)) == ["far.txt", "mine.txt"]
    assert "theirs" not in mine.text
    two = search(app, **asked, token=key(app, "mine", "bare"))
    assert set(uris(two)) == {"far.txt", "mine.txt"} | ({"bare.txt"} if mode != "vector" else set())
    none = search(app, **asked, token=key(app, "bare"))
    if mode is None:
        assert uris(none) == ["bare.txt"]
    else:
        assert none.json["code"] == "mode_unavailable"
