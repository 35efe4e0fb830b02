"""Vectors as the library keeps them: as bytes, of one model a collection."""

from pathlib import Path

import pytest
from support.library_samples import succeeded, with_steps
from support.older_library import take_back

from gristmill.schemas.ids import document_id
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.results import DocumentResult, Embedding, Vectors, pack_floats
from gristmill.storage.library.sqlite.facade import Library
from gristmill.storage.library.sqlite.vectors.quantising import numbers_of, quantised


def embedded(
    uri: str, *rows: list[float], model: str = "m@1", collection: str = "default"
) -> DocumentResult:
    texts = tuple(f"{uri} {n}" for n in range(len(rows)))
    result = succeeded(uri, uri=uri, texts=texts, collection=collection)
    return with_steps(result, vectors=Vectors.of(model, rows))


def again(uri: str, *rows: list[float], model: str) -> DocumentResult:
    """Vectors for a document that is there."""
    given = embedded(uri, *rows, model=model)
    return DocumentResult(
        f"again {uri} {model}",
        0,
        "default",
        uri,
        DocumentState.SUCCEEDED,
        sha256=given.sha256,
        pipeline=given.pipeline,
        embedding=Embedding(Vectors.of(model, rows), {"embedding": {"model": model}}),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.db"


@pytest.mark.parametrize(
    "numbers", [[0.0, 0.0], [1.0, -1.0], [0.001, -0.0003, 0.0009], [3e38, -1e38], []]
)
def test_a_number_is_kept_to_a_two_hundredth_of_the_largest(numbers: list[float]) -> None:
    scale, vector = quantised(pack_floats(numbers))
    largest = max(map(abs, numbers), default=0.0)
    assert numbers_of(vector, scale) == pytest.approx(numbers, abs=largest / 200)


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_fails_no_commit(path: Path, odd: float) -> None:
    with Library.open(path) as library:
        library.commit([embedded("a", [odd, 1.0])])
        kept = library.vectors_of("default", "a")
        assert kept is not None
        assert kept[:3] == ("m@1", 1, 1)


def test_vectors_from_before_become_bytes_a_few_at_a_time_and_are_read_meanwhile(
    path: Path,
) -> None:
    with Library.open(path) as library:
        library.commit([embedded("a", [1.0, 0.0], [0.5, 1.0]), embedded("b", [0.0, -1.0])])
    take_back(path, 7)
    with Library.open(path) as library:
        assert [model.dimensions for model in library.vector_models(None)] == [2]
        for left in (2, 1, 0):
            rows = [row.vector for row in library.export(None)]
            assert rows == [pytest.approx(v, abs=0.01) for v in ([1, 0], [0.5, 1], [0, -1])]
            assert library.soundness.move_vectors(1) == left
        assert library.soundness.move_vectors(1) == 0
        (wide,) = library._db.execute(
            "SELECT count(*) FROM vectors WHERE scale IS NULL OR length(vector) <> 2"
        ).fetchone()
        assert wide == 0


def test_a_document_with_vectors_of_another_model_fails_and_says_what_to_do(path: Path) -> None:
    with Library.open(path) as library:
        library.commit([embedded("a", [1.0, 0.0])])
        assert library.commit([embedded("b", [1.0], model="other@2")]) == [DocumentState.FAILED]
        (row,) = library.ledger_page("b", state=None, after=None, limit=9)
        assert row.code == "step_failed"
        assert "gristmill embed --collection default --model other" in (row.message or "")
        assert library.document(document_id("default", "b")) is None
        elsewhere = embedded("b2", [1.0], model="other@2", collection="else")
        assert library.commit([elsewhere]) == [DocumentState.SUCCEEDED]
        assert [each.model for each in library.vector_models(None)] == ["m@1", "other@2"]
        assert [each.model for each in library.vector_models("else")] == ["other@2"]


def test_a_collection_that_holds_nothing_takes_any_model(path: Path) -> None:
    with Library.open(path) as library:
        library.commit([embedded("a", [1.0, 0.0])])
        library.delete_document(document_id("default", "a"))
        assert library.vector_models(None) == []
        assert library.commit([embedded("b", [1.0], model="other@2")]) == [DocumentState.SUCCEEDED]


def test_a_document_that_is_there_gets_vectors_and_its_collection_their_model(path: Path) -> None:
    with Library.open(path) as library:
        library.commit([embedded("a", [1.0, 0.0]), succeeded("b", uri="b", texts=("b 0",))])
        states = library.commit([again("b", [2.0], model="n@2"), again("a", [3.0], model="n@2")])
        assert states == [DocumentState.SUCCEEDED, DocumentState.SUCCEEDED]
        assert [each.model for each in library.vector_models(None)] == ["n@2"]
        kept = library.vectors_of("default", "b")
        assert kept is not None
        assert kept[:3] == ("n@2", 1, 1)
        document = library.document(document_id("default", "b"))
        assert document is not None
        assert document.metadata["embedding"] == {"model": "n@2"}


def test_vectors_of_what_was_replaced_or_deleted_meanwhile_are_not_kept(path: Path) -> None:
    with Library.open(path) as library:
        library.commit([embedded("a", [1.0, 0.0]), embedded("b", [1.0, 0.0])])
        library.delete_document(document_id("default", "a"))
        library.commit([succeeded("new", uri="b", texts=("another",))])
        states = library.commit([again("a", [2.0], model="n@2"), again("b", [2.0], model="n@2")])
        assert states == [DocumentState.UNCHANGED, DocumentState.FAILED]
        assert library.vectors_of("default", "a") is None
        kept = library.vectors_of("default", "b")
        assert kept is not None
        assert kept[:3] == (None, 0, 1)


def test_the_model_goes_with_a_collection_that_gets_another_name(path: Path) -> None:
    with Library.open(path) as library:
        library.commit([embedded("a", [1.0, 0.0])])
        model = library.vector_models("default")
        library.rename_collection("default", "new", lambda renamed: None)
        assert (library.vector_models("default"), library.vector_models("new")) == ([], model)
        other = embedded("b", [1.0], model="other@2", collection="new")
        assert library.commit([other]) == [DocumentState.FAILED]
        assert library.commit([embedded("c", [1.0], model="other@2")]) == [DocumentState.SUCCEEDED]
        assert [each.model for each in library.vector_models("default")] == ["other@2"]


def test_what_a_model_is_left_over_of_is_not_taken_for_that_of_a_new_name(path: Path) -> None:
    with Library.open(path) as library:
        library.commit([embedded("a", [1.0], model="other@2", collection="new")])
        library.delete_document(document_id("new", "a"))
        library.commit([embedded("b", [1.0, 0.0])])
        library.rename_collection("default", "new", lambda renamed: None)
        assert [each.model for each in library.vector_models("new")] == ["m@1"]


@pytest.mark.parametrize("whole", [True, False])
def test_a_collection_whose_documents_are_deleted_takes_any_model(path: Path, whole: bool) -> None:
    with Library.open(path) as library:
        library.commit([embedded("a", [1.0, 0.0])])
        if whole:
            library.delete_collection("default", expected=1)
            assert library.vector_models("default") == []
        else:
            library.delete_documents(collection="default", expected=1)
        assert library.commit([embedded("b", [1.0], model="other@2")]) == [DocumentState.SUCCEEDED]
        assert len(library.take_out_deleted(most=9)) == 1
        assert [each.model for each in library.vector_models("default")] == ["other@2"]


def test_a_document_that_is_being_deleted_gets_no_vectors(path: Path) -> None:
    with Library.open(path) as library:
        library.commit([succeeded("a", uri="a", texts=("a 0",))])
        library.delete_documents(collection="default", expected=1)
        assert library.commit([again("a", [2.0], model="n@2")]) == [DocumentState.UNCHANGED]
        assert library.vector_models("default") == []
