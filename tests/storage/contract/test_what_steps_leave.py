"""What steps leave in a library: annotations, vectors, signatures."""

from threading import Barrier, Thread

import msgspec
import pytest
from support.library_samples import signature, signed, succeeded, with_steps
from support.store_sets import Opener

from gristmill.schemas.ids import document_id
from gristmill.schemas.outcomes.documents import Document
from gristmill.schemas.outcomes.results import Vectors
from gristmill.storage.library import AllRoles


def get(library: AllRoles, uri: str, collection: str = "default") -> Document:
    found = library.document(document_id(collection, uri))
    assert found is not None
    return found


def test_annotations_and_vectors_come_back_by_chunk_and_in_the_export(open_library: Opener) -> None:
    with open_library() as library:
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
        # Each number is within a two hundred and fiftieth of the largest of its vector.
        for row, given in zip(rest, ([0.25, -2.5], [3.0, 1024.125]), strict=True):
            assert row.vector == pytest.approx(given, abs=max(map(abs, given)) / 250)
        assert {row.vector_model for row in rest} == {"tiny@1"}
        assert [row.annotations for row in rest] == [{"n": 0}, {"n": 1}]


def test_a_near_duplicate_names_the_document_that_was_there_first(open_library: Opener) -> None:
    with open_library() as library:
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


def test_the_most_alike_is_named_and_of_equals_the_oldest(open_library: Opener) -> None:
    with open_library() as library:
        library.commit([signed("loose", signature(1, changed=20))])
        library.commit([signed("b", signature(1)), signed("c", signature(1))])
        library.commit([signed("last", signature(1, changed=2))])
        assert get(library, "last").metadata["near_duplicate_of"]["uri"] == "b"


def test_the_threshold_is_that_of_the_document_that_comes(open_library: Opener) -> None:
    with open_library() as library:
        library.commit([signed("first", signature(1))])
        library.commit([signed("strict", signature(1, changed=12, threshold=0.95))])
        assert "near_duplicate_of" not in get(library, "strict").metadata


def test_collections_and_kinds_of_signature_are_never_compared(open_library: Opener) -> None:
    with open_library() as library:
        library.commit([signed("first", signature(1))])
        library.commit([signed("second", signature(1), collection="other")])
        library.commit([signed("third", signature(1, kind="newer"))])
        assert "near_duplicate_of" not in get(library, "second", "other").metadata
        assert "near_duplicate_of" not in get(library, "third").metadata


def test_of_two_that_come_together_one_names_the_other(open_library: Opener) -> None:
    start = Barrier(2)

    def commit(uri: str) -> None:
        with open_library() as library:
            start.wait()
            library.commit([signed(uri, signature(1))])

    threads = [Thread(target=commit, args=(uri,)) for uri in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open_library() as library:
        named = [get(library, uri).metadata.get("near_duplicate_of") for uri in ("a", "b")]
    assert sum(each is None for each in named) == 1
