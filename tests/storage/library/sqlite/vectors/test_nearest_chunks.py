"""The search for the nearest vectors says what the library holds, at any time."""

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from support.library_samples import succeeded, with_steps

from gristmill.schemas.filters import parsed
from gristmill.schemas.ids import document_id
from gristmill.schemas.outcomes.results import DocumentResult, Vectors
from gristmill.storage.library.sqlite.facade import Library
from gristmill.storage.library.sqlite.vectors import graph_files, keeping, matrix
from gristmill.storage.library.sqlite.vectors.vectored import NearestChunks

DIMENSIONS = 8


def embedded(uri: str, seed: int, count: int = 3, collection: str = "default") -> DocumentResult:
    chance = random.Random(seed)
    rows = [[chance.gauss(0, 1) for _ in range(DIMENSIONS)] for _ in range(count)]
    texts = tuple(f"{uri} {seed} {n}" for n in range(count))
    result = succeeded(f"{uri}-{seed}", uri=uri, texts=texts, collection=collection)
    return with_steps(result, vectors=Vectors.of("m@1", rows))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library.db") as library:
        library.commit([embedded(f"d{n}", n) for n in range(20)])
        yield library


def opened(library: Library, exact_up_to: int | None = None) -> NearestChunks:
    (model,) = library.vector_models(None)
    return library.nearest(model, exact_up_to)


def query(seed: int = 99) -> list[float]:
    chance = random.Random(seed)
    return [chance.gauss(0, 1) for _ in range(DIMENSIONS)]


def truth(library: Library, wanted: list[float], uris: str = "") -> list[int]:
    """All chunks in the order of their angles, by the export alone."""
    rows = library._index.execute(
        "SELECT chunk, vector FROM vectors JOIN chunks ON chunks.id = chunk JOIN documents"
        " ON documents.id = document WHERE uri GLOB ?",
        (uris or "*",),
    ).fetchall()
    ids = [row[0] for row in rows]
    codes = np.array([np.frombuffer(row[1], dtype=np.int8) for row in rows], dtype=float)
    cosines = codes @ np.array(wanted) / np.linalg.norm(codes, axis=1)
    return [ids[at] for at in np.argsort(-cosines)]


def found(near: NearestChunks, wanted: list[float], limit: int = 10, where: str = "") -> list[int]:
    hits = near.find(wanted, collection=None, where=parsed(where) if where else None, limit=limit)
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)
    return [chunk for chunk, _ in hits]


def test_the_nearest_come_first_however_many_are_asked_for(library: Library) -> None:
    near = opened(library)
    assert found(near, query(), 10) == truth(library, query())[:10]
    assert found(near, query(), 500) == truth(library, query())


def test_blocks_make_no_difference(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "_BLOCK", 7)
    monkeypatch.setattr(matrix, "_LEAST_ROOM", 2)
    assert found(opened(library), query()) == truth(library, query())[:10]


def test_only_documents_that_pass_are_found(library: Library) -> None:
    library.commit([embedded("far", 7, collection="else")])
    near = opened(library)
    assert found(near, query(), 99, 'uri ~ "d1*"') == truth(library, query(), "d1*")
    hits = near.find(query(), collection="else", where=None, limit=99)
    assert sorted(chunk for chunk, _ in hits) == sorted(truth(library, query(), "far"))
    assert near.find(query(), collection=(), where=None, limit=99) == []


@pytest.mark.parametrize("exact_up_to", [1000, 10])
def test_what_comes_goes_and_is_replaced_is_known_at_the_next_question(
    library: Library, exact_up_to: int
) -> None:
    near = opened(library, exact_up_to)
    chance = random.Random(3)
    for turn in range(30):
        while near.build():
            pass
        assert found(near, query(turn)) == truth(library, query(turn))[:10]
        name = f"d{chance.randrange(25)}"
        if chance.random() < 0.5:
            library.delete_document(document_id("default", name))
        else:
            library.commit([embedded(name, 1000 + turn, count=chance.randrange(1, 9))])
        # The index of the moment before knows nothing of this; the answer does.
        assert found(near, query(turn)) == truth(library, query(turn))[:10]


def test_whoever_slept_longer_than_changes_are_kept_reads_all_again(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = opened(library)
    near.catch_up()
    library.delete_document(document_id("default", "d3"))
    library.commit([embedded("new", 77)])
    library._index.execute(
        "DELETE FROM vector_changes WHERE number < (SELECT max(number) FROM vector_changes)"
    )
    assert found(near, query(), 99) == truth(library, query())


def test_changes_are_forgotten_in_the_end(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "KEPT_CHANGES", 5)
    library._index.execute("UPDATE vector_changes SET number = number + 979")
    library.commit([embedded("last", 5)])
    (count,) = library._index.execute("SELECT count(*) FROM vector_changes").fetchone()
    assert count == 5


def test_an_index_that_was_kept_is_taken_up_and_brought_up_to_date(library: Library) -> None:
    near = opened(library, 10)
    near.catch_up()
    while near.build():
        pass
    (kept,) = graph_files.everything(library._path)
    library.delete_document(document_id("default", "d3"))
    library.commit([embedded("d4", 400), embedded("new", 401)])
    again = opened(library, 10)
    again.catch_up()
    assert again._found._graph is not None
    assert len(again._found._graph._index) == 18 * 3
    while again.build():
        pass
    assert found(again, query()) == truth(library, query())[:10]
    assert graph_files.everything(library._path) != [kept]
    assert len(graph_files.everything(library._path)) == 1


@pytest.mark.parametrize("how", ["cut", "flipped", "empty", "another library", "from tomorrow"])
def test_an_index_that_is_no_good_is_made_again(library: Library, how: str) -> None:
    near = opened(library, 10)
    near.catch_up()
    while near.build():
        pass
    (kept,) = graph_files.everything(library._path)
    data = kept.read_bytes()
    if how == "cut":
        kept.write_bytes(data[: len(data) // 2])
    elif how == "flipped":
        kept.write_bytes(data[:100] + bytes([data[100] ^ 1]) + data[101:])
    elif how == "empty":
        kept.write_bytes(b"")
    elif how == "another library":
        kept.rename(
            kept.with_name(kept.name.replace(graph_files.library_id(library._index), "0" * 32))
        )
    else:
        kept.rename(kept.with_name(kept.name.replace("-1-20-", "-1-2000-")))
    again = opened(library, 10)
    again.catch_up()
    assert again._found._graph is not None
    assert len(again._found._graph._index) == 0
    while again.build():
        pass
    assert found(again, query()) == truth(library, query())[:10]


def test_a_check_finds_what_belongs_to_nothing_and_a_repair_drops_it(library: Library) -> None:
    near = opened(library, 10)
    near.catch_up()
    while near.build():
        pass
    soundness = library.soundness
    assert soundness.vectors_are_right()
    (kept,) = graph_files.everything(library._path)
    kept.write_bytes(kept.read_bytes()[:-1])
    assert not soundness.vectors_are_right()
    soundness.mend_vectors()
    assert soundness.vectors_are_right()
    assert graph_files.everything(library._path) == []
    library._index.execute("UPDATE vectors SET vector = x'00' WHERE chunk = 3")
    library._index.execute("INSERT INTO vectors VALUES(900, 1, zeroblob(8), 1.0)")
    assert not soundness.vectors_are_right()
    soundness.mend_vectors()
    assert soundness.vectors_are_right()
    assert found(near, query(), 99) == truth(library, query())
    assert len(truth(library, query())) == 59


def test_vectors_are_found_under_the_new_name_of_their_collection(library: Library) -> None:
    near = opened(library)

    def held(name: str) -> tuple[int, int]:
        hits = near.find(query(), collection=name, where=None, limit=99)
        return len(hits), near.passing(collection=name, where=None)

    assert (held("default"), held("new")) == ((60, 60), (0, 0))
    library.rename_collection("default", "new", lambda renamed: None)
    assert (held("default"), held("new")) == ((0, 0), (60, 60))


def test_how_many_pass_are_those_that_are_there(library: Library) -> None:
    near = opened(library)
    where = parsed('uri ~ "d1*"')
    near.find(query(), collection=None, where=where, limit=1)
    assert near.passing(collection=None, where=where) == 33
    library.delete_document(document_id("default", "d1"))
    near.catch_up()
    assert near.passing(collection=None, where=where) == 30
    assert near.passing(collection=None, where=None) == 57
