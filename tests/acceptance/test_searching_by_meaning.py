"""Vectors and searches by meaning through the real program: jobs, kills, keys of the way."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from support.ingested import ingested
from support.running import Service, ask, at_work, run, running, until
from support.selection import rest_slow
from support.tiny_model import make_static_model

WORDS = ("mill", "water", "stone", "bread")
Make = Callable[..., Service]
EMBED = {"steps": ["embed"]}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two models that do not make the same vectors."""
    folder = tmp_path_factory.mktemp("models")
    first = make_static_model(folder / "one")
    return first, make_static_model(folder / "two", normalise=False)


def text(name: str, content: str) -> dict[str, str]:
    return {"type": "text", "name": name, "text": content}


def flags(models: tuple[Path, Path]) -> tuple[str, ...]:
    one, two = models
    return ("--workers", "2", "--embed-model", f"one={one}", "--embed-model", f"two={two}")


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, models: tuple[Path, Path]
) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("shared") / "data", *flags(models)) as service:
        yield service


def filled(service: Service, collection: str, **options: Any) -> None:
    sources = [text(f"{word}.txt", f"{word} {word} of {collection}") for word in WORDS]
    job = service.ended(service.accepted(*sources, collection=collection, **options))
    assert job["state"] == "succeeded", service.log.read_text()


def embedded(service: Service, collection: str, model: str) -> dict[str, Any]:
    options = {"steps": [{"name": "embed", "options": {"model": model}}]}
    given = {"collection": collection, "options": options}
    return service.ended(service.accepted({"type": "collection"}, **given))


def search(service: Service, query: str, collection: str, mode: str | None = None) -> Any:
    asked = {"q": query, "collection": collection, **({"mode": mode} if mode else {})}
    return service.http.get("/search", params=asked)


def vectors(service: Service, collection: str) -> dict[str, tuple[str | None, Any]]:
    lines = service.http.get("/export", params={"collection": collection}).text.splitlines()
    rows = map(json.loads, lines)
    return {row["uri"]: (row.get("vector_model"), row.get("vector")) for row in rows}


def consistent(service: Service, collection: str) -> int:
    """That the search by meaning finds exactly the chunks that have vectors; returns how many."""
    kept = vectors(service, collection)
    having = {uri for uri, (_, vector) in kept.items() if vector is not None}
    for word in WORDS:
        answer = search(service, word, collection, "vector")
        assert answer.status_code == 200, answer.text
        items = answer.json()["items"]
        assert {item["uri"] for item in items} == having
        assert items[0]["uri"] == f"{word}.txt"
    return len(having)


def test_what_is_there_gets_vectors_by_a_job_and_is_found_by_meaning(service: Service) -> None:
    filled(service, "plain")
    service.http.put("/collections/plain", json={"options": {"chunk_max_chars": 300}})
    refused = search(service, "water", "plain", "vector")
    assert (refused.status_code, refused.json()["code"]) == (409, "mode_unavailable")
    assert "gristmill embed --collection plain" in refused.json()["detail"]
    assert search(service, "water", "plain").json()["mode"] == "lexical"
    job = embedded(service, "plain", "one")
    assert (job["state"], job["counts"]["succeeded"]) == ("succeeded", 4)
    assert consistent(service, "plain") == 4
    answer = search(service, "water", "plain").json()
    assert answer["mode"] == "hybrid"
    assert (answer["items"][0]["lexical_rank"], answer["items"][0]["vector_rank"]) == (1, 1)
    again = embedded(service, "plain", "one")
    assert (again["state"], again["counts"]["unchanged"]) == ("succeeded", 4)


def test_another_model_is_refused_and_a_job_makes_all_vectors_anew(service: Service) -> None:
    filled(service, "changing", options=EMBED)
    options = {"steps": [{"name": "embed", "options": {"model": "two"}}]}
    job_id = service.accepted(text("new.txt", "mill"), collection="changing", options=options)
    assert service.ended(job_id)["state"] == "failed"
    (row,) = service.ledger(job_id)
    assert "gristmill embed --collection changing --model two" in row["message"]
    assert embedded(service, "changing", "two")["counts"]["succeeded"] == 4
    assert {model for model, _ in vectors(service, "changing").values()} != {None}
    assert {str(model)[:4] for model, _ in vectors(service, "changing").values()} == {"two@"}
    assert consistent(service, "changing") == 4


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"options": {}}, "one step `embed`"),
        ({"options": {"steps": ["language"]}}, "one step `embed`"),
        ({"options": EMBED | {"chunk_max_chars": 100}}, "no other option"),
        ({"options": EMBED, "sources": [{"type": "collection"}] * 2}, "the only one"),
    ],
)
def test_nothing_but_vectors_is_made_of_what_is_there(
    service: Service, more: dict[str, Any], said: str
) -> None:
    body = {"sources": [{"type": "collection"}], "collection": "plain", **more}
    answer = service.http.post("/ingest", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert said in answer.json()["detail"]


def _knows_vectors(service: Service) -> psutil.Process:
    """The process that a web process starts for its first search by meaning."""
    (child,) = [p for p in service.family() if "gristmill.pool.vector_search.child" in p.cmdline()]
    return child


def test_the_web_process_stays_small(service: Service) -> None:
    filled(service, "small", options=EMBED)
    assert search(service, "water", "small", "vector").status_code == 200
    web = _knows_vectors(service).parent()
    assert web is not None
    mapped = {Path(each.path).name for each in web.memory_maps()}
    assert not [
        name for name in mapped if name.startswith(("_multiarray", "onnxruntime", "libopenblas"))
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "point", rest_slow("commit.before", "document.store:stone.txt", "commit.after")
)
def test_a_worker_killed_at_its_commit_leaves_chunks_and_vectors_together(
    make_service: Make, models: tuple[Path, Path], tmp_path: Path, point: str
) -> None:
    once = tmp_path / "once"
    env = {"GRISTMILL_FAULTS": f"{point}=kill#{once}"}
    service = make_service(*flags(models), env=env).start()
    job_id = service.accepted(
        *(text(f"{word}.txt", f"{word} {word}") for word in WORDS), options=EMBED
    )
    # Asked while workers die: what one sees, the other sees.
    search(service, "water", "default", "vector")
    assert service.ended(job_id)["counts"]["succeeded"] == 4
    assert once.exists()
    assert consistent(service, "default") == 4


@pytest.mark.parametrize(
    "point", rest_slow("document.embed:stone.txt", "document.parse", "commit.before", quick=0)
)
def test_what_knows_vectors_ends_with_its_service_and_a_job_that_makes_some_goes_on_after_a_kill(
    make_service: Make, models: tuple[Path, Path], tmp_path: Path, point: str
) -> None:
    once = tmp_path / "once"
    service = make_service(*flags(models)).start()
    filled(service, "default", options=EMBED)
    assert search(service, "water", "default", "vector").status_code == 200
    child = _knows_vectors(service)
    service.stop()
    until(lambda: not at_work(child), "the end of the process that knows vectors")
    env = {**os.environ, "GRISTMILL_FAULTS": f"{point}=kill#{once}"}
    again = make_service(*flags(models), env=env).start()
    job = embedded(again, "default", "two")
    assert (job["state"], job["counts"]["succeeded"]) == ("succeeded", 4)
    assert once.exists()
    assert consistent(again, "default") == 4


@pytest.mark.slow
def test_the_commands_do_the_same_on_a_data_folder(
    tmp_path: Path, models: tuple[Path, Path]
) -> None:
    data = tmp_path / "data"
    for word in WORDS:
        (tmp_path / f"{word}.txt").write_text(f"{word} {word}")
    files = [tmp_path / f"{word}.txt" for word in WORDS]
    assert ingested(data, *files).counts.succeeded == 4
    code, out, err = ask("embed", "--collection", "defaul", "--model", str(models[0]), data=data)
    assert (code, "did you mean 'default'" in err) == (8, True), err
    code, out, err = run("embed", "--model", str(models[0]), "--json", data=data)
    assert (code, json.loads(out)["counts"]["succeeded"]) == (0, 4), err
    assert f"one={models[0]}" in err
    named = ("--embed-model", f"one={models[0]}")
    code, out, err = run("search", "water", "--mode", "vector", "--json", *named, data=data)
    found = json.loads(out)
    assert (code, found["mode"], found["items"][0]["title"]) == (0, "vector", "water"), err
    code, out, err = ask("search", "water", "--mode", "vector", data=data)
    assert code != 0
    assert "embed_models" in err
    code, out, err = ask("search", "water", data=data)
    assert code == 0
    assert "searched by words alone" in err
