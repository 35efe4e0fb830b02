"""A large library is asked for less at once: what is found, and in which order, stays the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.library_samples import succeeded

from gristmill.schemas.filters import parsed
from gristmill.storage.library import Library
from gristmill.storage.library.sqlite.searches import candidates, pruning
from gristmill.storage.library.sqlite.searches.pruning import Frequencies, pruned
from gristmill.storage.library.sqlite.searches.query import parse

CHUNKS = 300
QUERIES = [
    "common often",
    "common often rare",
    "rare never common",
    "the common rare",
    '"often common" rare',
    "common -often",
    "title:paper common rare",
    "title:paper often",
    "rar* common",
    "of the",
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Of 300 chunks all have `common`, a third has `often`, 25 have `some`, nine have `rare`."""
    path: Path = tmp_path_factory.mktemp("pruning") / "library.db"
    with Library.open(path) as opened:
        for number in range(CHUNKS):
            words = ["common"] * (1 + number % 4) + ["often"] * (number % 3 == 0)
            words += ["rare"] * (number % 35 == 0) + ["some"] * (number % 12 == 0)
            words += ["the"] * (number % 2) + ["word"] * number
            title = "Paper" if number % 7 == 0 else "Stone"
            text = " ".join(words)
            opened.commit(
                [succeeded(ordinal=number, uri=f"t-{number}", title=title, texts=(text,))]
            )
        yield opened


@pytest.fixture
def large(library: Library, monkeypatch: pytest.MonkeyPatch) -> Library:
    """As if all these chunks were too many."""
    for module in (pruning, candidates):
        monkeypatch.setattr(module, "STRETCH", 40)
    monkeypatch.setattr(pruning, "SMALL", 20)
    monkeypatch.setattr(pruning, "HEAVY_FROM", 20)
    monkeypatch.setattr(pruning, "CANDIDATES", 12)
    return library


def found(library: Library, query: str, where: str | None = None) -> list[str]:
    condition = None if where is None else parsed(where)
    hits = library.search(query, collection=None, limit=1000, where=condition)
    return [hit.uri for hit in hits]


@pytest.mark.parametrize("where", [None, "uri ~ t-1*", "uri in (t-3, t-35, t-210)"])
@pytest.mark.parametrize("query", QUERIES)
def test_nothing_is_lost_and_nothing_else_is_found(
    library: Library, large: Library, monkeypatch: pytest.MonkeyPatch, query: str, where: str | None
) -> None:
    in_parts = found(large, query, where)
    monkeypatch.undo()
    at_once = found(library, query, where)
    assert sorted(in_parts) == sorted(at_once)
    assert len(set(in_parts)) == len(in_parts)


def test_chunks_with_all_words_come_first(large: Library) -> None:
    with_all = {f"t-{number}" for number in range(0, CHUNKS, 105)}
    assert set(found(large, "common often rare")[: len(with_all)]) == with_all


def test_rare_words_find_what_the_others_only_rank(large: Library) -> None:
    known = Frequencies(large._index)
    assert pruned(parse("some rare never common"), known) == (
        '("never" OR "rare") AND ("some")',
        '"never" OR "rare"',
    )


def test_a_word_in_most_chunks_has_to_be_there_and_does_not_rank(large: Library) -> None:
    known = Frequencies(large._index)
    assert known.light(('"common"', '"rare"')) == ('"rare"',)
    assert known.light(('"common"',)) == ('"common"',)
    rows = found(large, "rare common -often")
    assert set(rows) == {f"t-{n}" for n in range(CHUNKS) if n % 3}


def test_a_small_library_is_asked_for_everything_at_once(library: Library) -> None:
    assert pruned(parse("common often rare"), Frequencies(library._index)) == ()


def test_a_word_is_counted_exactly_or_estimated(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Frequencies(library._index)['"often"'] == CHUNKS // 3
    monkeypatch.setattr(pruning, "_COUNTED", 50)
    monkeypatch.setattr(pruning, "_COUNT", pruning._COUNT.replace("LIMIT 5000", "LIMIT 50"))
    assert Frequencies(library._index)['"often"'] == pytest.approx(CHUNKS // 3, rel=0.1)
