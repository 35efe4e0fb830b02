"""What a search says beside its hits: what was not understood, and what might have been meant."""

from collections.abc import Callable, Iterator

import pytest
from support.library_samples import succeeded
from support.store_sets import Opener

from gristmill.storage.library import AllRoles


@pytest.fixture(scope="module")
def library(new_library: Callable[[], Opener]) -> Iterator[AllRoles]:
    texts = {
        "mills": ("Grist Mills", "Water turns the wheels. Nothing else does."),
        "notes": ("Notes", "A grist mill by the river; its millers kept notes."),
        "german": ("Technik", "Das Wasserrad treibt die Mühlsteine an."),
        "russian": ("Мельница", "Жернова мелют зерно."),
    }
    with new_library()() as opened:
        for number, (uri, (title, text)) in enumerate(texts.items()):
            opened.commit(
                [
                    succeeded(
                        ordinal=number,
                        uri=uri,
                        title=title,
                        texts=(text,),
                        collection="secret" if uri == "notes" else "default",
                    )
                ]
            )
        yield opened


def uris(library: AllRoles, query: str) -> list[str]:
    return [hit.uri for hit in library.search(query, collection=None, limit=10)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("title:grist", ["mills"]),
        ("TITLE:mill", ["mills"]),
        ('title:"grist mill"', ["mills"]),
        ("title:gri*", ["mills"]),
        ("title:technik wasserrad", ["german"]),
        ("title:technik nonsense river", []),
        ("grist -title:mills", ["notes"]),
        ("river title:", ["notes"]),
    ],
)
def test_a_field_asks_for_the_title(library: AllRoles, query: str, found: list[str]) -> None:
    assert uris(library, query) == found


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("grist AND mill", "AND is no operator"),
        ("grist NEAR(mill)", "NEAR is no operator"),
        ("body:grist", "body: is no field"),
        ('"grist', "quotation mark"),
        ("gr*ist mill", "gr*ist: a star"),
        ("w " * 70, "only the first 64 words"),
    ],
)
def test_what_is_not_understood_is_said_and_searched_as_words(
    library: AllRoles, query: str, said: str
) -> None:
    (note,) = library.search_answer(query, collection=None, limit=5).notes
    assert note.startswith(said) or said in note


@pytest.mark.parametrize(
    "query", ["grist mill", "and or not", '"grist AND mill"', "title:grist", "http://a.example/b"]
)
def test_nothing_is_said_of_plain_words(library: AllRoles, query: str) -> None:
    assert library.search_answer(query, collection=None, limit=5).notes == ()


def test_where_nothing_is_found_long_words_are_beginnings_of_others(library: AllRoles) -> None:
    answer = library.search_answer("wasser", collection=None, limit=5)
    assert [hit.uri for hit in answer.items] == ["german"]
    assert "longer words" in answer.notes[0]
    assert "<mark>Wasserrad</mark>" in answer.items[0].snippet
    assert uris(library, '"wasser"') == []
    assert uris(library, "wass") == []


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("wassrerad", "wasserrad"),
        ("whele", "wheels"),
        ("river gristt", "river grist"),
        ("xylophone", None),
        ("mellers -x", None),
        ("жеронва", "жернова"),
    ],
)
def test_a_word_that_is_spelled_nearly_so_is_suggested(
    library: AllRoles, query: str, meant: str | None
) -> None:
    assert library.search_answer(query, collection="default", limit=5).did_you_mean == meant


def test_nothing_of_another_collection_is_suggested(library: AllRoles) -> None:
    assert library.search_answer("milers", collection="secret", limit=5).did_you_mean == "millers"
    assert library.search_answer("rivre", collection="default", limit=5).did_you_mean is None


def test_a_hit_has_its_text_and_the_places_of_what_was_found_in_it(library: AllRoles) -> None:
    (hit,) = library.search("miller notes", collection="secret", limit=5)
    assert hit.text == "A grist mill by the river; its millers kept notes."
    assert [hit.text[start:end] for start, end in hit.highlight] == ["millers", "notes"]
