"""Filters on what a library holds: which documents pass each, in lists, searches and exports."""

from collections.abc import Callable, Iterator, Mapping

import pytest
from hypothesis import given, settings
from support.filter_texts import FILTERS
from support.library_samples import succeeded
from support.store_sets import Opener

from gristmill.schemas.filters import faceted, facets, parsed
from gristmill.schemas.filters.parsing import MOST_CHARACTERS
from gristmill.schemas.outcomes.results import DocumentResult
from gristmill.storage.library import AllRoles
from gristmill.storage.library.roles import Within

EVERY = ("bread.pdf", "cake.html", "Deep/été_100%.txt", "plain.txt")


@pytest.fixture(scope="module")
def library(new_library: Callable[[], Opener]) -> Iterator[AllRoles]:
    bread = {
        "created": "2024-05-01T10:00:00+02:00",
        "language": "en-US",
        "year": 2024,
        "tags": ["red", "white"],
        "job": {"team": "ovens", "cost": 12.5, "urgent": True, "since": "2020-03", "year": 1999},
    }
    cake = {
        "created": "2023",
        "language": "de",
        "year": "2023",
        "team": "sugar",
        "version": "3.10",
        "tags": [],
        "job": {"cost": 3, "urgent": False, "odd key": "x", "nested": {"a": [1, 2]}},
    }
    deep = {"created": "last May", "language": None, "year": None, "job": {"team": ["a", "ovens"]}}
    rows: list[tuple[str, str, str | None, tuple[str, ...], Mapping[str, object]]] = [
        ("bread.pdf", "food", "Bread", ("flour and water",), bread),
        ("cake.html", "food", "Cake", ("flour and sugar", "flour again"), cake),
        ("Deep/été_100%.txt", "other", None, ("flour below",), deep),
        ("plain.txt", "default", "1", ("flour",), {}),
    ]
    with new_library()() as opened:
        opened.commit(
            [
                succeeded(
                    f"job-{number % 2}",
                    number,
                    uri=uri,
                    collection=collection,
                    title=title,
                    texts=texts,
                    metadata=dict(metadata),
                )
                for number, (uri, collection, title, texts, metadata) in enumerate(rows)
            ]
        )
        yield opened


def passing(library: AllRoles, text: str, within: tuple[str, ...] | None = None) -> set[str]:
    items, _ = library.documents_page(collection=within, after=None, limit=10, where=parsed(text))
    return {each.uri for each in items}


BREAD, CAKE, DEEP, PLAIN = ({uri} for uri in EVERY)


@pytest.mark.parametrize(
    ("text", "uris"),
    [
        ("collection = food", BREAD | CAKE),
        ("collection in (other, default)", DEEP | PLAIN),
        ("collection != food", DEEP | PLAIN),
        ("uri ~ *.pdf", BREAD),
        ("uri ~ *.PDF", BREAD),
        ("uri ~ deep/*", DEEP),
        ("uri ~ *_100%*", DEEP),
        ("uri ~ *100_*", set()),
        ("uri ~ ?????.txt", PLAIN),
        ("uri = PLAIN.txt", set()),
        ("title = 1", PLAIN),
        ("title exists", BREAD | CAKE | PLAIN),
        ("title != Bread", CAKE | DEEP | PLAIN),
        ("not title > A", DEEP | PLAIN),
        ("job_id = job-1", CAKE | PLAIN),
        ("chunks > 1", CAKE),
        ("chunks in (1, 2.0)", set(EVERY)),
        ("bytes <= 5", PLAIN),
        ("pages exists", set()),
        ("not pages < 3", set(EVERY)),
        ("ingested_at > 2020 and ingested_at < 9999", set(EVERY)),
        ("ingested_at < 2020-01-01T00:00:00Z", set()),
        ("language = en", BREAD),
        ("language = EN_us", BREAD),
        ("language = e", set()),
        ("language in (en, de)", BREAD | CAKE),
        ("language exists", BREAD | CAKE),
        ("created = 2024-05", BREAD),
        ("created = 2024-05-01T08:00:00Z", BREAD),
        ("created = 2024-05-01T10:00:00Z", set()),
        ("created < 2024", CAKE),
        ("created <= 2024", BREAD | CAKE),
        ("not created < 2024", BREAD | DEEP | PLAIN),
        ("modified exists", set()),
        ("metadata.year = 2024", BREAD),
        ("metadata.year >= 2023", BREAD | CAKE),
        ("metadata.year = '2023'", CAKE),
        ("metadata.year = 1999", BREAD),
        ("metadata.job.year > 2000", set()),
        ("metadata.year exists", BREAD | CAKE),
        ("metadata.tags = red", BREAD),
        ("metadata.tags exists", BREAD),
        ("metadata.tags in (blue, white)", BREAD),
        ("metadata.tags != red", CAKE | DEEP | PLAIN),
        ("metadata.team = ovens", BREAD | DEEP),
        ("metadata.team ~ *S*", BREAD | CAKE | DEEP),
        ("metadata.team > p", CAKE),
        ("metadata.job.team = sugar", set()),
        ("metadata.cost > 5", BREAD),
        ("metadata.cost in (3.0, 99)", CAKE),
        ("metadata.urgent = true", BREAD),
        ("metadata.urgent = false", CAKE),
        ("metadata.urgent = 1", set()),
        ("metadata.since < 2021", BREAD),
        ("metadata.version = 3.10", CAKE),
        ("metadata.'odd key' = x", CAKE),
        ("metadata.nested.a = 2", CAKE),
        ("collection = food and (metadata.cost < 5 or language = en)", BREAD | CAKE),
        ('title = "x\' OR 1=1 --"', set()),
    ],
)
def test_a_filter_is_passed_by(library: AllRoles, text: str, uris: set[str]) -> None:
    assert passing(library, text) == uris


def test_a_search_finds_and_an_export_writes_what_passes(library: AllRoles) -> None:
    where = parsed("chunks > 1 or uri ~ plain*")
    hits = library.search("flour", collection=None, limit=10, where=where)
    assert {hit.uri for hit in hits} == CAKE | PLAIN
    hits = library.search("flour", collection="food", limit=10, where=where)
    assert [hit.uri for hit in hits] == ["cake.html", "cake.html"]
    rows = [row.uri for row in library.export(None, where)]
    assert sorted(rows) == ["cake.html", "cake.html", "plain.txt"]


def test_no_filter_reaches_beyond_the_collections_that_are_looked_into(library: AllRoles) -> None:
    wide = "collection = food or collection = other or uri exists"
    assert passing(library, wide, ("other",)) == DEEP
    assert passing(library, wide, ()) == set()
    assert {row.uri for row in library.export(("other",), parsed(wide))} == DEEP
    hits = library.search("flour", collection="other", limit=9, where=parsed(wide))
    assert {hit.uri for hit in hits} == DEEP


def test_a_filtered_list_goes_on_where_its_page_ended(library: AllRoles) -> None:
    where, found, after = parsed("not collection = other"), [], None
    while True:
        items, after = library.documents_page(collection=None, after=after, limit=1, where=where)
        found += [each.uri for each in items]
        if after is None:
            break
    assert found == ["plain.txt", "cake.html", "bread.pdf"]


def test_the_longest_filters_are_answered(library: AllRoles) -> None:
    values = ",".join(f"{number}" for number in range(200))
    assert passing(library, f"metadata.year in ({values})") == set()
    one_of_many = " or ".join(f"metadata.a{number}>{number}" for number in range(160))
    assert passing(library, one_of_many) == set()
    assert passing(library, "not " * 20 + "uri = plain.txt") == PLAIN


@settings(max_examples=40)
@given(FILTERS)
def test_each_document_passes_a_filter_or_its_negation(library: AllRoles, text: str) -> None:
    if len(text) < MOST_CHARACTERS:
        both = passing(library, text), passing(library, f"not ({text})")
        assert both[0] | both[1] == set(EVERY)
        assert not both[0] & both[1]


def counted(
    library: AllRoles,
    text: str,
    query: str | None = None,
    where: str | None = None,
    within: Within = None,
) -> dict[str, dict[object, int]]:
    found = library.facets(
        faceted(text),
        collection=within,
        query=query,
        where=None if where is None else parsed(where),
    )
    assert all(facet.exact and not facet.more for facet in found.values())
    return {
        name: {each.value: each.count for each in facet.values} for name, facet in found.items()
    }


def test_facets_count_documents_by_their_values(library: AllRoles) -> None:
    assert counted(library, "collection, chunks, pages") == {
        "collection": {"food": 2, "default": 1, "other": 1},
        "chunks": {1: 3, 2: 1},
        "pages": {},
    }
    assert counted(library, "language,metadata.tags") == {
        "language": {"de": 1, "en-US": 1},
        "metadata.tags": {"red": 1, "white": 1},
    }
    assert counted(library, "metadata.team, metadata.urgent, metadata.cost") == {
        "metadata.team": {"ovens": 2, "a": 1, "sugar": 1},
        "metadata.urgent": {True: 1, False: 1},
        "metadata.cost": {3: 1, 12.5: 1},
    }


def test_facets_are_of_what_is_found_and_passes(library: AllRoles) -> None:
    assert counted(library, "title", "flour sugar") == {"title": {"Cake": 1}}
    assert counted(library, "title", "water below") == {"title": {"Bread": 1}}
    assert counted(library, "title", "nowhere") == {"title": {}}
    assert counted(library, "title", "flour", "chunks = 1") == {"title": {"1": 1, "Bread": 1}}
    assert counted(library, "collection", "flour", within=("other",)) == {
        "collection": {"other": 1}
    }
    assert counted(library, "uri", None, "uri ~ c*", "food") == {"uri": {"cake.html": 1}}
    assert counted(library, "uri", within=()) == {"uri": {}}


def test_facets_are_bounded(open_library: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_library() as library:
        library.commit([_numbered(number) for number in range(30)])
        facet = library.facets(faceted("metadata.n"), collection=None)["metadata.n"]
        assert (len(facet.values), facet.more, facet.exact) == (facets.MOST_VALUES, True, True)
        assert (facet.values[0].value, facet.values[0].count) == (0, 2)
        long = library.facets(faceted("metadata.long"), collection=None)["metadata.long"]
        assert [each.count for each in long.values] == [1]
        monkeypatch.setattr("gristmill.storage.library.sqlite.searches.facets.MOST_DOCUMENTS", 10)
        for query in (None, "flour"):
            facet = library.facets(faceted("collection"), collection=None, query=query)[
                "collection"
            ]
            assert ([each.count for each in facet.values], facet.exact) == ([10], False)


def _numbered(number: int) -> DocumentResult:
    metadata: dict[str, object] = {"n": number % 29, "long": "x" * (200 + number)}
    return succeeded(
        "job", number, uri=f"{number}.txt", texts=(f"flour {number}",), metadata=metadata
    )
