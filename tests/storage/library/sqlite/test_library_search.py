"""How a query becomes one of SQLite's full-text index."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.library_samples import succeeded

from gristmill.schemas.problems.errors import InvalidQuery
from gristmill.storage.library import Library
from gristmill.storage.library.sqlite.searches.misunderstood import MAX_WORDS
from gristmill.storage.library.sqlite.searches.query import MAX_PREFIXES, fold, parse


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("search") / "library.db") as opened:
        opened.commit([succeeded(uri="mills", texts=("Water turns the wheel.",), title="Mills")])
        yield opened


def test_an_option_of_a_program_excludes_nothing() -> None:
    assert parse("python -m mill --grind").words == ("python", "m", "mill", "grind")
    assert "NOT" not in parse("python -m mill --grind").every


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters() | st.sampled_from('"*-():^{}+ \0'), max_size=30))
def test_no_text_breaks_the_search(library: Library, query: str) -> None:
    try:
        library.search(query, collection=None, limit=3)
    except InvalidQuery:
        assert not parse_has_words(query)


def parse_has_words(query: str) -> bool:
    try:
        return bool(parse(query).words)
    except InvalidQuery:
        return False


def test_folding_makes_words_of_a_title() -> None:
    assert fold("Über: die Mühle (2. Aufl.)") == ("uber", "die", "muhle", "2", "aufl")


def test_common_words_do_not_count_when_any_word_will_do() -> None:
    query = parse("the history of mills")
    assert query.some == '"history" OR "mills"'
    assert parse("to be or not").some is not None


def test_of_a_page_that_is_pasted_the_first_words_count() -> None:
    words = [f"w{n}" for n in range(MAX_WORDS + 9)]
    assert parse(" ".join(words)).words == tuple(words[:MAX_WORDS])
    inside = f'mill "{" ".join(words[:MAX_WORDS])}" wheel'
    assert parse(inside).every == '"mill"'


def test_a_phrase_that_is_too_long_by_itself_is_refused() -> None:
    with pytest.raises(InvalidQuery, match="phrase of more than 64 words"):
        parse(f'"{"stone " * (MAX_WORDS + 1)}"')
    assert len(parse(f'"{"stone " * MAX_WORDS}"').words) == MAX_WORDS


def test_too_many_prefixes_are_refused_with_their_number() -> None:
    prefixes = [f"w{n}*" for n in range(MAX_PREFIXES)]
    assert parse(" ".join(prefixes)).every.count("*") == MAX_PREFIXES
    for one_more in ("more*", "-more*", '"one more"*'):
        with pytest.raises(InvalidQuery, match="9 words with a star, 8 are allowed"):
            parse(" ".join([*prefixes, one_more]))
