"""Search: what is found first, what a query may contain, and what a snippet looks like."""

from collections.abc import Callable, Iterator

import pytest
from support.library_samples import succeeded
from support.store_sets import Opener

from gristmill.schemas.problems.errors import InvalidQuery
from gristmill.storage.library import AllRoles


@pytest.fixture(scope="module")
def library(new_library: Callable[[], Opener]) -> Iterator[AllRoles]:
    texts = {
        "mills": ("Grist Mills", ("Water turns the wheel of the grist mill.", "Flour is ground.")),
        "guide": ("A Guide to Grist Mills and Their Owners", ("grist mills " * 5,)),
        "coffee": (
            "Coffee",
            ("Grinding coffee at the café needs a burr mill; Zürich & <b>Bern</b>",),
        ),
        "0007-millstones.md": ("0007-millstones", ("Stones are dressed.",)),
        "stones": ("Millstones of the north and millstones of the south", ("Millstones.",)),
        "bread": (None, ("Bread needs flour, water and salt.", "Knead the bread well.")),
    }
    with new_library()() as opened:
        for number, (uri, (title, chunks)) in enumerate(texts.items()):
            opened.commit(
                [
                    succeeded(
                        ordinal=number,
                        uri=uri,
                        texts=chunks,
                        title=title,
                        headings=("Basics", "Tools") if uri == "coffee" else (),
                        collection="food" if uri in ("coffee", "bread") else "default",
                    )
                ]
            )
        yield opened


def uris(
    library: AllRoles, query: str, collection: str | None = None, limit: int = 10
) -> list[str]:
    return [hit.uri for hit in library.search(query, collection=collection, limit=limit)]


def test_the_document_whose_title_is_the_query_comes_first(library: AllRoles) -> None:
    assert uris(library, "grist mills")[0] == "mills"
    assert uris(library, "GRIST mills!")[0] == "mills"
    assert uris(library, "guide to grist mills")[0] == "guide"


def test_the_number_before_a_title_need_not_be_typed(library: AllRoles) -> None:
    assert uris(library, "millstones") == ["0007-millstones.md", "stones"]


def test_chunks_with_all_words_come_before_those_with_some(library: AllRoles) -> None:
    found = uris(library, "flour salt")
    assert found[0] == "bread"
    assert "mills" in found[1:]


def test_words_are_matched_by_stem_and_without_accents_or_case(library: AllRoles) -> None:
    assert uris(library, "KNEADING") == ["bread"]
    assert uris(library, "cafe zurich") == ["coffee"]


def test_headings_are_searched_and_come_back(library: AllRoles) -> None:
    (hit,) = library.search("tools", collection=None, limit=5)
    assert hit.headings == ("Basics", "Tools")
    assert hit.score > 0


def test_a_phrase_is_matched_as_it_stands(library: AllRoles) -> None:
    assert uris(library, '"needs flour"') == ["bread"]
    assert uris(library, '"flour needs"') == []


def test_a_star_matches_what_begins_so(library: AllRoles) -> None:
    assert uris(library, "cof*") == ["coffee"]
    assert uris(library, "cof") == []


def test_a_minus_excludes(library: AllRoles) -> None:
    assert "bread" not in uris(library, "flour -salt -knead")
    assert uris(library, 'flour -"water and salt"') == ["mills"]


def test_a_collection_limits_the_search(library: AllRoles) -> None:
    assert set(uris(library, "mill flour", "food")) <= {"coffee", "bread"}
    assert uris(library, "owners", "food") == []


def test_the_limit_holds_and_ties_are_stable(library: AllRoles) -> None:
    assert len(uris(library, "flour water mill", limit=2)) == 2
    assert uris(library, "water flour") == uris(library, "water flour")


@pytest.mark.parametrize("query", ["", "   ", "!!!", '""', '"', "*", "-", "-mill", '-"grist mill"'])
def test_a_query_without_a_word_to_look_for_is_refused(library: AllRoles, query: str) -> None:
    with pytest.raises(InvalidQuery):
        library.search(query, collection=None, limit=5)


@pytest.mark.parametrize(
    "query",
    [
        "title:mill",
        "mill OR",
        "NEAR(grist mill, 2)",
        "mill AND NOT",
        '"grist',
        'gr"ist',
        "{title}: mill",
        "^mill",
        "mill + grist",
        "(mill",
        "mill) OR (1",
        "'; DROP TABLE documents; --x",
        "mill\0grist",
        "mi**ll*",
        "--mill x",
        "\ud800 mill",
    ],
)
def test_query_syntax_of_the_engine_is_only_words(library: AllRoles, query: str) -> None:
    library.search(query, collection=None, limit=5)


def test_a_snippet_is_escaped_text_with_marked_hits(library: AllRoles) -> None:
    (hit,) = library.search("bern", collection=None, limit=5)
    assert "&lt;b&gt;<mark>Bern</mark>&lt;/b&gt;" in hit.snippet
    assert "Zürich &amp;" in hit.snippet
    assert "<b>" not in hit.snippet


def test_text_that_holds_our_marks_cannot_forge_markup(open_library: Opener) -> None:
    with open_library() as library:
        library.commit([succeeded(texts=("\x03 odd \x02 <i>word</i> \x02",))])
        (hit,) = library.search("word", collection=None, limit=1)
        assert hit.snippet.count("<mark>") == hit.snippet.count("</mark>") == 1
        assert "<mark>word</mark>" in hit.snippet
        assert "\x02" not in hit.snippet
        assert "\x03" not in hit.snippet


@pytest.fixture(scope="module")
def shelf(new_library: Callable[[], Opener]) -> Iterator[AllRoles]:
    """Documents with boilerplate, among as many others as make their words worth something."""
    texts = {
        "wheel": (
            "Water Wheels",
            (
                "Contents and acknowledgements of many people who are named further below",
                "Overshot water wheels are driven by what falls on their buckets from above",
                "Public domain.",
                "A wheel of oak lasts for many years when it is kept wet, or dry, but not both",
                "How the river drives undershot wheels, and why the water has to be fast there",
                "Breastshot wheels take in the water at the height of their axle, as the name says",
            ),
        ),
        "river": ("Rivers", ("Many a river drives the wheels of mills with its water, and boats",)),
        "fish": (
            "Fish ladders",
            ("Beside the dam they climb from basin to basin.", "Salmon do, eels do not.", "End."),
        ),
        **{f"other {n}": (f"Entry {n}", (f"nothing of interest, {n}",)) for n in range(30)},
    }
    with new_library()() as opened:
        opened.commit(
            [
                succeeded(ordinal=number, uri=uri, texts=chunks, title=title)
                for number, (uri, (title, chunks)) in enumerate(texts.items())
            ]
        )
        yield opened


def places(library: AllRoles, query: str, limit: int = 10) -> list[tuple[str, int]]:
    found = library.search(query, collection=None, limit=limit)
    return [(hit.uri, int(hit.chunk_id.rpartition("-")[2])) for hit in found]


def test_of_a_document_the_chunk_that_speaks_of_it_comes_first_and_not_the_shortest(
    shelf: AllRoles,
) -> None:
    assert places(shelf, "overshot water wheels")[0] == ("wheel", 1)
    assert places(shelf, "undershot water wheels")[0] == ("wheel", 4)


def test_a_document_that_has_the_words_in_its_title_alone_is_shown_by_its_beginning(
    shelf: AllRoles,
) -> None:
    assert places(shelf, "fish ladders", limit=1) == [("fish", 0)]


def test_a_heading_over_all_chunks_does_not_put_the_shortest_first(open_library: Opener) -> None:
    long = "The jam is of pears, and of honey: " + "stir it slowly, and do not let it burn. " * 8
    others = [succeeded(ordinal=n, uri=f"{n}", texts=(f"nothing {n} " * 40,)) for n in range(1, 30)]
    page = ("Honey and butter.", long, "Comments")
    with open_library() as library:
        library.commit(
            [succeeded(uri="jam", texts=page, title="Pear jam", headings=("Pear jam",)), *others]
        )
        assert places(library, "pear jam")[0] == ("jam", 1)


def test_common_words_do_not_make_a_chunk_speak_of_the_title(open_library: Opener) -> None:
    texts = {"mill": ("The mill", ("Of stone and oak it was made.", "The end."))}
    others = {f"{n}": ("Entry", (f"the, again the, {n}",)) for n in range(30)}
    with open_library() as library:
        library.commit(
            [
                succeeded(ordinal=number, uri=uri, texts=chunks, title=title)
                for number, (uri, (title, chunks)) in enumerate((texts | others).items())
            ]
        )
        assert places(library, "the mill", limit=1) == [("mill", 0)]


def test_after_three_chunks_of_a_document_others_have_their_turn_unless_they_are_much_worse(
    open_library: Opener,
) -> None:
    same = [f"The sluice of the {name} weir" for name in ("upper", "lower", "inner", "outer")]
    worse = "A weir, and then much of other things: " + "boats and their owners, " * 30
    texts = {"weirs": same, "equal": ["The sluice of some other weir"], "worse": [worse]}
    others = {f"{n}": [f"nothing of interest, {n}"] for n in range(30)}
    with open_library() as library:
        library.commit(
            [
                succeeded(ordinal=number, uri=uri, texts=chunks)
                for number, (uri, chunks) in enumerate((texts | others).items())
            ]
        )
        found = [uri for uri, _ in places(library, "sluice weir")]
    assert found == ["weirs", "weirs", "weirs", "equal", "weirs", "worse"]


def test_chunks_that_say_nothing_of_what_was_looked_for_come_last_and_do_come(
    shelf: AllRoles,
) -> None:
    assert set(places(shelf, "water wheels")[-2:]) == {("wheel", 0), ("wheel", 2)}
    assert places(shelf, "fish dam")[:1] == [("fish", 0)]
    assert [place for place in places(shelf, "fish ladders") if place[0] == "fish"] == [
        ("fish", 0),
        ("fish", 1),
        ("fish", 2),
    ]


def test_what_a_query_excludes_is_no_beginning_to_show(shelf: AllRoles) -> None:
    assert places(shelf, "fish ladders -basin")[0] == ("fish", 1)
