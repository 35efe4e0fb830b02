"""Pages of searches by meaning: they fit together, say how much there is, and keep their mode."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from support.library_samples import succeeded

from gristmill.schemas.filters import parsed
from gristmill.schemas.outcomes.documents import SearchAnswer
from gristmill.schemas.problems.errors import InvalidCursor
from gristmill.schemas.vector_search import DEPTH, Near, Reranking, SearchMode
from gristmill.storage.library import Library

MILLS, STONES = 160, 40
LEXICAL, VECTOR, HYBRID = SearchMode.LEXICAL, SearchMode.VECTOR, SearchMode.HYBRID
Search = Callable[..., SearchAnswer]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("fused") / "library.db") as library:
        mills = [
            succeeded(
                ordinal=number,
                uri=f"mill-{number}",
                title="A house",
                texts=(f"mill {number}." + " The wheel turns." * (number % 7),),
            )
            for number in range(MILLS)
        ]
        stones = [
            succeeded(ordinal=MILLS + number, uri=f"stone-{number}", texts=(f"stone {number}.",))
            for number in range(STONES)
        ]
        library.commit([*mills, *stones])
        yield library


@pytest.fixture(scope="module")
def near(library: Library) -> Near:
    """The last of all, and every other one that has the word: also some that few words find."""
    rows = [row for (row,) in library._db.execute("SELECT id FROM chunks ORDER BY id DESC")]
    nearest = rows[:STONES] + rows[STONES::2]
    return Near(tuple((row, 1 - at / 1000) for at, row in enumerate(nearest)), len(nearest))


@pytest.fixture
def search(library: Library, near: Near) -> Search:
    def search(query: str, mode: SearchMode, **more: object) -> SearchAnswer:
        given = {"collection": None, "limit": 1000, "nearest": [near], "mode": mode, **more}
        return library.search_by_meaning(query, **given)  # type: ignore[arg-type]

    return search


def walked(search: Search, query: str, mode: SearchMode, limit: int, **more: object) -> list[str]:
    cursor, found = None, []
    while True:
        answer = search(query, mode, limit=limit, cursor=cursor, **more)
        found += [hit.chunk_id for hit in answer.items]
        assert len(answer.items) <= limit
        if (cursor := answer.next) is None:
            return found


def ids(answer: SearchAnswer) -> list[str]:
    return [hit.chunk_id for hit in answer.items]


@pytest.mark.parametrize("mode", [VECTOR, HYBRID])
@pytest.mark.parametrize("limit", [7, 99, 100, 101, 1000])
def test_pages_of_any_length_are_pieces_of_one_order(
    search: Search, mode: SearchMode, limit: int
) -> None:
    whole = ids(search("mill", mode))
    assert len(whole) == len(set(whole)) > DEPTH
    assert walked(search, "mill", mode, limit) == whole


def test_what_comes_after_those_that_are_fused_is_in_the_order_of_words(
    library: Library, search: Search
) -> None:
    answer = search("mill", HYBRID)
    by_words = ids(library.search_answer("mill", collection=None, limit=1000))
    assert set(by_words) < set(ids(answer))
    late = set(by_words[DEPTH:])
    alone = [hit for hit in answer.items if hit.chunk_id in late and hit.vector_rank is None]
    places = [by_words.index(hit.chunk_id) + 1 for hit in alone]
    assert places == sorted(places) == [hit.lexical_rank for hit in alone]
    scores = [hit.score for hit in answer.items]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("limit", [1, 10, 1000])
@pytest.mark.parametrize(
    ("query", "mode", "where"),
    [
        ("mill", HYBRID, None),
        ("mill wheel", HYBRID, None),
        ("stone", HYBRID, None),
        ("nothing", HYBRID, None),
        ("mill", VECTOR, None),
        ("mill", HYBRID, 'uri ~ "mill-1*"'),
    ],
)
def test_the_total_is_what_all_pages_have(
    search: Search, query: str, mode: SearchMode, where: str | None, limit: int
) -> None:
    given = parsed(where) if where else None
    whole = search(query, mode, where=given)
    answer = search(query, mode, where=given, limit=limit)
    assert (answer.total, answer.total_is_estimate) == (len(whole.items), False)
    assert answer.mode is mode


def test_a_total_that_words_narrow_is_an_estimate(search: Search) -> None:
    answer = search("mill -stone", VECTOR)
    assert answer.total_is_estimate
    assert not [hit for hit in answer.items if hit.uri.startswith("stone")]


@pytest.mark.parametrize("mode", [VECTOR, HYBRID])
def test_a_cursor_is_of_one_mode_and_one_query(
    library: Library, search: Search, mode: SearchMode
) -> None:
    cursor = search("mill", mode, limit=5).next
    other = HYBRID if mode is VECTOR else VECTOR
    for query, asked in (("mill", other), ("stone", mode)):
        with pytest.raises(InvalidCursor, match="of another search"):
            search(query, asked, cursor=cursor)
    with pytest.raises(InvalidCursor, match="of another search"):
        library.search_answer("mill", collection=None, limit=5, cursor=cursor)
    by_words = library.search_answer("mill", collection=None, limit=5).next
    with pytest.raises(InvalidCursor, match="of another search"):
        search("mill", mode, cursor=by_words)


def test_hits_have_the_fields_that_are_asked_for(search: Search) -> None:
    (hit,) = search("mill", HYBRID, limit=1, fields=("title",)).items
    assert (hit.text, hit.snippet, hit.title) == ("", "", "A house")
    (whole,) = search("mill", HYBRID, limit=1).items
    assert "<mark>mill</mark>" in whole.snippet


@pytest.mark.parametrize(("limit", "most"), [(3, 8), (10, 8), (1000, 8), (60, 150)])
def test_what_a_model_puts_in_order_goes_over_pages(search: Search, limit: int, most: int) -> None:
    asked: list[Sequence[str]] = []

    def scores(texts: Sequence[str]) -> list[float]:
        asked.append(texts)
        return list(range(len(texts)))  # the last of them is the best

    plain = ids(search("mill", HYBRID))
    found = walked(search, "mill", HYBRID, limit, rerank=Reranking(most, scores))
    assert found == [*reversed(plain[:most]), *plain[most:]]
    assert {len(texts) for texts in asked} == {most}


def test_where_a_model_says_nothing_the_order_stays(search: Search) -> None:
    silent = Reranking(8, lambda texts: None)
    assert ids(search("mill", HYBRID, rerank=silent)) == ids(search("mill", HYBRID))


def test_long_words_are_looked_for_as_beginnings_beside_what_is_near(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library.db") as library:
        library.commit([succeeded(uri="wheel", texts=("Das Wasserrad dreht sich.",))])
        answer = library.search_by_meaning("wasser", collection=None, limit=5)
        assert [hit.uri for hit in answer.items] == ["wheel"]
        assert "longer words" in answer.notes[0]
        nothing = library.search_by_meaning("waserrad", collection=None, limit=5)
        assert (nothing.items, nothing.total, nothing.mode) == ([], 0, HYBRID)
        assert nothing.did_you_mean
