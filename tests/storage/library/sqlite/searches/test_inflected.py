"""Whose words have other forms, and which forms are looked for."""

from collections.abc import Iterator

import pytest
from support.library_samples import succeeded

from gristmill.schemas.filters import parsed
from gristmill.storage.library.sqlite.facade import Library

TEXTS = (
    ("de", "house-de", "Drei Häuser am Bach"),
    ("de-AT", "mill-de", "Die Mühlen im Tal und ein Haus dahinter"),
    ("en", "wheel-en", "wheels"),
    *(("en", f"other-en-{number}", f"something else {number}") for number in range(9)),
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """`mixed` has few documents in German, `german` no others."""
    with Library.open(tmp_path_factory.mktemp("inflected") / "library.db") as opened:
        results = [
            succeeded(
                collection,
                number,
                uri=uri,
                collection=collection,
                texts=(text,),
                metadata={"language": language},
            )
            for collection in ("mixed", "german")
            for number, (language, uri, text) in enumerate(TEXTS)
            if collection == "mixed" or language.startswith("de")
        ]
        opened.commit(results)
        yield opened


def found(library: Library, query: str, collection: str, where: str | None = None) -> list[str]:
    tree = None if where is None else parsed(where)
    hits = library.search(query, collection=collection, limit=9, where=tree)
    return sorted(hit.uri for hit in hits)


def test_forms_are_found_where_documents_are_in_that_language(library: Library) -> None:
    assert found(library, "Mühle", "german") == ["mill-de"]
    assert found(library, "Haus", "german") == ["house-de", "mill-de"]


def test_a_language_of_few_documents_changes_no_question_in_the_others(library: Library) -> None:
    assert found(library, "Haus", "mixed") == ["mill-de"]
    assert found(library, "wheel", "mixed") == ["wheel-en"]


def test_a_filter_on_the_language_has_its_forms_looked_for(library: Library) -> None:
    assert found(library, "Haus", "mixed", "language = de") == ["house-de", "mill-de"]


def test_what_is_left_out_is_left_out_in_all_its_forms(library: Library) -> None:
    assert found(library, "Mühlen -Haus", "german") == []
    assert found(library, "Bach -Haus", "german") == []


def test_phrases_and_beginnings_are_as_they_are_written(library: Library) -> None:
    assert found(library, '"ein Haus"', "german") == ["mill-de"]
    assert found(library, '"drei Haus"', "german") == []
    assert found(library, "Häus*", "german") == ["house-de", "mill-de"]


def test_facets_count_what_is_found(library: Library) -> None:
    from gristmill.schemas.filters.tree import FIELDS

    counted = library.facets([FIELDS["language"]], collection="german", query="Mühle")
    assert [value.value for value in counted["language"].values] == ["de-AT"]
