"""Pages of a search: they fit together, say how much there is, and end before they are too long."""

from collections.abc import Callable, Iterator

import pytest
from support.library_samples import succeeded
from support.selection import rest_slow
from support.store_sets import Opener

from gristmill.schemas.filters import parsed
from gristmill.schemas.outcomes.documents import SearchHit
from gristmill.schemas.problems.errors import InvalidCursor
from gristmill.storage.library import AllRoles

MILLS, CHUNKS = 60, 3


@pytest.fixture(scope="module")
def library(new_library: Callable[[], Opener]) -> Iterator[AllRoles]:
    with new_library()() as opened:
        for number in range(MILLS):
            texts = tuple(
                f"The mill of place {number}, part {part}." + " A wheel turns." * (number % 3)
                for part in range(CHUNKS)
            )
            title = "Mill" if number % 5 else f"Wheel house {number}"
            opened.commit(
                [succeeded(ordinal=number, uri=f"mill-{number}", title=title, texts=texts)]
            )
        opened.commit(
            [
                succeeded(
                    ordinal=MILLS, uri="long", title="Long", texts=("sluicegate " * 24_000,) * 9
                )
            ]
        )
        yield opened


def pages(library: AllRoles, query: str, limit: int) -> Iterator[list[SearchHit]]:
    cursor = None
    while True:
        answer = library.search_answer(query, collection=None, limit=limit, cursor=cursor)
        yield answer.items
        if (cursor := answer.next) is None:
            return


@pytest.mark.parametrize("query", ["mill wheel", "mill", "house part", '"mill of" wheel', "mil*"])
@pytest.mark.parametrize("limit", rest_slow(50, 7, 1000))
def test_pages_of_any_length_are_pieces_of_one_order(
    library: AllRoles, query: str, limit: int
) -> None:
    whole = library.search(query, collection=None, limit=1000)
    found = [hit for page in pages(library, query, limit) for hit in page]
    assert found == whole
    assert len({hit.chunk_id for hit in found}) == len(found)


@pytest.mark.parametrize("limit", rest_slow(10, 1, 1000, quick=0))
def test_the_total_is_what_all_pages_have(library: AllRoles, limit: int) -> None:
    for query in ("mill wheel", "part", "sluicegate", "nothing"):
        answer = library.search_answer(query, collection=None, limit=limit)
        everything = library.search(query, collection=None, limit=1000)
        assert answer.total_is_estimate is False
        assert answer.total == len(everything), query


def test_a_filter_counts_for_the_total_and_the_pages(library: AllRoles) -> None:
    where = parsed("uri ~ mill-1*")
    answer = library.search_answer("mill", collection=None, limit=5, where=where)
    assert (answer.total, answer.total_is_estimate) == (11 * CHUNKS, False)
    second = library.search_answer(
        "mill", collection=None, limit=100, where=where, cursor=answer.next
    )
    assert len(second.items) == 11 * CHUNKS - 5
    assert second.next is None
    assert {hit.uri[:6] for hit in answer.items + second.items} == {"mill-1"}


def test_a_cursor_is_good_for_its_own_search_alone(library: AllRoles) -> None:
    cursor = library.search_answer("mill", collection=None, limit=5).next
    assert cursor is not None
    others = [
        {"query": "wheel", "collection": None},
        {"query": "mill", "collection": "default"},
        {"query": "mill", "collection": None, "where": parsed("bytes > 1")},
    ]
    for other in others:
        with pytest.raises(InvalidCursor, match="of another search"):
            library.search_answer(limit=5, cursor=cursor, **other)  # type: ignore[arg-type]


@pytest.mark.parametrize("cursor", ["x", "", "é", "AAAA" * 4, "////" * 4, "A" * 5000, "\0"])
def test_what_is_no_cursor_is_refused(library: AllRoles, cursor: str) -> None:
    with pytest.raises(InvalidCursor, match="take it from `next`"):
        library.search_answer("mill", collection=None, limit=5, cursor=cursor)


def test_pages_of_longer_words_go_on_with_those(library: AllRoles) -> None:
    more = library.search_answer("sluice", collection=None, limit=2)
    assert (len(more.items), "longer words" in more.notes[0], more.total) == (2, True, 9)
    rest = library.search_answer("sluice", collection=None, limit=2, cursor=more.next)
    assert len({hit.chunk_id for hit in more.items + rest.items}) == 4
    assert "longer words" in rest.notes[0]


def test_a_page_ends_where_its_texts_are_too_long_and_the_next_one_goes_on(
    library: AllRoles,
) -> None:
    first = library.search_answer("sluicegate", collection=None, limit=100)
    assert 0 < len(first.items) < 9
    assert sum(len(hit.text) for hit in first.items) <= 2 << 20
    assert f"ends at {len(first.items)} hits" in first.notes[0]
    found = [hit.chunk_id for page in pages(library, "sluicegate", 100) for hit in page]
    assert len(set(found)) == len(found) == 9


def test_without_text_a_page_is_as_long_as_was_asked_for(library: AllRoles) -> None:
    answer = library.search_answer(
        "sluicegate", collection=None, limit=100, fields=("title", "snippet")
    )
    assert len(answer.items) == 9
    assert {hit.text for hit in answer.items} == {""}
    assert all("<mark>" in hit.snippet for hit in answer.items)
    (bare, *_) = library.search_answer(
        "sluicegate", collection=None, limit=1, fields=("text",)
    ).items
    assert (bare.snippet, bare.highlight) == ("", ())
    assert bare.text.startswith("sluicegate")


@pytest.mark.slow
def test_a_list_of_hits_has_all_that_were_asked_for(library: AllRoles) -> None:
    assert len(library.search("sluicegate", collection=None, limit=100)) == 9
    assert len(library.search("sluicegate", collection=None, limit=8)) == 8
