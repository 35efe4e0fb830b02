"""What steps leave in the library: annotations, vectors, signatures; and files without them."""

import random
import sqlite3
from array import array
from pathlib import Path
from threading import Barrier, Thread

import msgspec
import pytest
from support.library_samples import succeeded

from gristmill.schemas.documents import Document
from gristmill.schemas.ids import document_id
from gristmill.schemas.results import DocumentResult, Signature, Vectors
from gristmill.storage.library import Library
from gristmill.storage.library.sqlite import ddl

OLD = Path(__file__).with_name("library_schema_1.sql").read_text()
NUMBERS = 120


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.db"


def with_steps(result: DocumentResult, **changes: object) -> DocumentResult:
    assert result.content is not None
    content = msgspec.structs.replace(result.content, **changes)
    return msgspec.structs.replace(result, content=content)


def signature(seed: int, changed: int = 0, kind: str = "k", threshold: float = 0.8) -> Signature:
    """That of a text; of its numbers, `changed` ones differ."""
    numbers = random.Random(seed)
    values = [numbers.getrandbits(32) for _ in range(NUMBERS)]
    for place in random.Random(seed + 1).sample(range(NUMBERS), changed):
        values[place] ^= 1
    return Signature(kind, array("I", values).tobytes(), threshold)


def signed(uri: str, given: Signature, collection: str = "default") -> DocumentResult:
    result = succeeded(uri, uri=uri, texts=(f"text of {uri}",), collection=collection)
    return with_steps(result, signature=given)


def get(library: Library, uri: str, collection: str = "default") -> Document:
    found = library.document(document_id(collection, uri))
    assert found is not None
    return found


def rows(library: Library, *tables: str) -> list[int]:
    return [library._db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables]


def test_annotations_and_vectors_come_back_by_chunk_and_in_the_export(path: Path) -> None:
    with Library.open(path) as library:
        plain = succeeded("before", uri="plain", texts=("alpha",))
        result = succeeded(texts=("one", "two"))
        assert result.content is not None
        chunks = tuple(
            msgspec.structs.replace(chunk, annotations={"n": n})
            for n, chunk in enumerate(result.content.chunks)
        )
        vectors = Vectors.of("tiny@1", [[0.25, -2.5], [3, 1024.125]])
        library.commit([plain, with_steps(result, chunks=chunks, vectors=vectors)])
        page = library.chunks_page(document_id("default", "a.txt"), after=None, limit=9)
        assert [chunk.annotations for chunk in page] == [{"n": 0}, {"n": 1}]
        assert page[1].text == "two"
        first, *rest = library.export(None)
        assert (first.annotations, first.vector, first.vector_model) == ({}, None, None)
        assert b"vector" not in msgspec.json.encode(first)
        assert [row.vector for row in rest] == [[0.25, -2.5], [3.0, 1024.125]]
        assert {row.vector_model for row in rest} == {"tiny@1"}
        assert [row.annotations for row in rest] == [{"n": 0}, {"n": 1}]


def test_vectors_go_when_their_document_is_replaced_or_deleted(path: Path) -> None:
    with Library.open(path) as library:
        made = Vectors.of("m", [[1.0], [2.0]])
        library.commit([with_steps(succeeded(texts=("one", "two")), vectors=made)])
        library.commit([succeeded("again", texts=("other",))])
        assert rows(library, "vectors") == [0]
        assert [row.vector for row in library.export(None)] == [None]
        library.commit([with_steps(succeeded("third", texts=("p", "q")), vectors=made)])
        assert library.delete_document(document_id("default", "a.txt"))
        assert rows(library, "vectors", "chunks") == [0, 0]


def test_a_near_duplicate_names_the_document_that_was_there_first(path: Path) -> None:
    with Library.open(path) as library:
        library.commit([signed("first", signature(1))])
        library.commit([signed("near", signature(1, changed=12))])
        library.commit([signed("far", signature(1, changed=60)), signed("else", signature(2))])
        assert "near_duplicate_of" not in get(library, "first").metadata
        assert get(library, "near").metadata["near_duplicate_of"] == {
            "document_id": document_id("default", "first"),
            "uri": "first",
            "similarity": 0.9,
        }
        for uri in ("far", "else"):
            assert "near_duplicate_of" not in get(library, uri).metadata


def test_the_most_alike_is_named_and_of_equals_the_oldest(path: Path) -> None:
    with Library.open(path) as library:
        library.commit([signed("loose", signature(1, changed=20))])
        library.commit([signed("b", signature(1)), signed("c", signature(1))])
        library.commit([signed("last", signature(1, changed=2))])
        assert get(library, "last").metadata["near_duplicate_of"]["uri"] == "b"


def test_the_threshold_is_that_of_the_document_that_comes(path: Path) -> None:
    with Library.open(path) as library:
        library.commit([signed("first", signature(1))])
        library.commit([signed("strict", signature(1, changed=12, threshold=0.95))])
        assert "near_duplicate_of" not in get(library, "strict").metadata


def test_collections_and_kinds_of_signature_are_never_compared(path: Path) -> None:
    with Library.open(path) as library:
        library.commit([signed("first", signature(1))])
        library.commit([signed("second", signature(1), collection="other")])
        library.commit([signed("third", signature(1, kind="newer"))])
        assert "near_duplicate_of" not in get(library, "second", "other").metadata
        assert "near_duplicate_of" not in get(library, "third").metadata


def test_a_document_is_no_near_duplicate_of_what_it_replaces(path: Path) -> None:
    with Library.open(path) as library:
        library.commit([signed("a", signature(1))])
        again = succeeded("again", uri="a", texts=("a new text",))
        library.commit([with_steps(again, signature=signature(1, changed=1))])
        assert "near_duplicate_of" not in get(library, "a").metadata
        assert rows(library, "signatures", "signature_bands") == [1, 20]


def test_what_is_deleted_is_near_to_nothing(path: Path) -> None:
    with Library.open(path) as library:
        library.commit([signed("a", signature(1))])
        library.delete_document(document_id("default", "a"))
        assert rows(library, "signatures", "signature_bands") == [0, 0]
        library.commit([signed("b", signature(1))])
        assert "near_duplicate_of" not in get(library, "b").metadata


def test_of_two_that_come_together_one_names_the_other(path: Path) -> None:
    Library.open(path).close()
    start = Barrier(2)

    def commit(uri: str) -> None:
        with Library.open(path) as library:
            start.wait()
            library.commit([signed(uri, signature(1))])

    threads = [Thread(target=commit, args=(uri,)) for uri in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Library.open(path) as library:
        named = [get(library, uri).metadata.get("near_duplicate_of") for uri in ("a", "b")]
    assert sum(each is None for each in named) == 1


def test_a_thousand_copies_of_one_form_are_compared_with_a_few(path: Path) -> None:
    with Library.open(path) as library:
        library.commit([signed(f"{n}", signature(1)) for n in range(300)])
        looked: list[str] = []
        library._db.set_trace_callback(looked.append)
        library.commit([signed("last", signature(1))])
        library._db.set_trace_callback(None)
        assert sum("FROM signatures JOIN" in each for each in looked) <= 8
        assert get(library, "last").metadata["near_duplicate_of"]["uri"] == "0"


def old_library(path: Path) -> None:
    """A library that the first version of Gristmill left."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.executescript(OLD)
    db.execute(
        "INSERT INTO documents VALUES(1, ?, 'default', 'a.txt', 1, 'x', 'p', 'text/plain', 'Old',"
        " '{}', NULL, 3, 1, 1, 5, 'job')",
        (document_id("default", "a.txt"),),
    )
    db.execute("INSERT INTO chunks VALUES(1, 1, NULL, NULL, 0, 5, 'older')")
    db.execute("INSERT INTO fts(rowid, title, headings, text) VALUES(1, 'Old', NULL, 'older')")
    db.execute("INSERT INTO collections VALUES('default', 1, 1, 3)")
    db.close()


@pytest.mark.parametrize("readonly", [True, False])
def test_an_older_library_is_brought_up_to_date_with_all_that_is_in_it(
    path: Path, readonly: bool
) -> None:
    old_library(path)
    with Library.open(path, readonly=readonly) as library:
        assert library.search("older", collection=None, limit=5)[0].title == "Old"
        assert [row.text for row in library.export(None)] == ["older"]
    with Library.open(path) as library:
        library.commit([signed("b", signature(1))])
        assert library.soundness.search_index_is_sound() and library.soundness.totals_are_right()
        assert library.delete_document(document_id("default", "a.txt"))


def test_an_older_library_becomes_what_a_new_one_is(path: Path, tmp_path: Path) -> None:
    old_library(path)
    Library.open(path).close()
    Library.open(tmp_path / "new.db").close()

    def shape(file: Path) -> dict[str, list[tuple[object, ...]]]:
        with sqlite3.connect(file) as db:
            assert db.execute("PRAGMA user_version").fetchone() == (ddl.SCHEMA,)
            names = [n for (n,) in db.execute("SELECT name FROM sqlite_master ORDER BY name")]
            return {name: db.execute(f"PRAGMA table_info({name})").fetchall() for name in names}

    assert shape(path) == shape(tmp_path / "new.db")


def test_two_that_open_an_older_library_at_once_bring_it_up_to_date_once(path: Path) -> None:
    old_library(path)
    start = Barrier(4)
    failures: list[BaseException] = []

    def open_it(readonly: bool) -> None:
        start.wait()
        try:
            with Library.open(path, readonly=readonly) as library:
                assert library.stats()["documents"] == 1
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=open_it, args=(n % 2 == 0,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
