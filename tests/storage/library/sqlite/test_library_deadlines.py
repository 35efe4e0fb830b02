"""What a read may take: a deadline for each, and work that does not grow with the page."""

import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from string import ascii_lowercase

import pytest
from support.library_calls import READS, arguments_of
from support.library_samples import succeeded

from gristmill.schemas.problems.library_errors import LibraryFault, LibraryTrouble
from gristmill.storage.library import Library, open_reader
from gristmill.storage.library.sqlite import deadline
from gristmill.storage.library.sqlite.searches.query import MAX_PREFIXES

CHUNKS, WORDS = 10_000, 25


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of many different words, most of its chunks with one of any first letter."""
    rnd = random.Random(1)
    words = ["".join(rnd.choices(ascii_lowercase, k=rnd.randint(2, 7))) for _ in range(5000)]
    found = tmp_path_factory.mktemp("large") / "library.db"
    with Library.open(found) as library:
        library.commit(
            [
                succeeded(
                    ordinal=number,
                    uri=f"{number}.txt",
                    texts=[" ".join(rnd.choices(words, k=WORDS)) for _ in range(CHUNKS // 50)],
                    collection=f"half {number % 2}",
                )
                for number in range(50)
            ]
        )
    return found


@pytest.fixture
def each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is looked at so often that even the shortest read meets it."""
    monkeypatch.setattr(deadline, "STEPS", 1)


class Work:
    """Counts how often the words of the index are gone through. What that costs, all that begins
    with a letter as well, is no step of SQLite's machine; but each time one is begun shows."""

    def __init__(self, library: Library) -> None:
        self._library, self._looks = library, 0
        library._index.set_trace_callback(self._note)

    def _note(self, statement: str) -> None:
        self._looks += "word_index_idx" in statement

    def of(self, query: str, limit: int, collection: str | None = None) -> int:
        before = self._looks
        assert len(self._library.search(query, collection=collection, limit=limit)) == limit
        return self._looks - before


@pytest.fixture
def work(path: Path) -> Iterator[Work]:
    with Library.open(path, readonly=True) as library:
        yield Work(library)


@pytest.mark.parametrize("collection", [None, "half 1"])
@pytest.mark.parametrize("query", ["a*", "a* b* c*", "a* -b*"])
def test_the_index_is_gone_through_no_more_often_for_a_page_of_hits_than_for_one(
    work: Work, query: str, collection: str | None
) -> None:
    assert work.of(query, 100, collection) == work.of(query, 1, collection) > 0


def test_each_further_prefix_costs_the_same(work: Work) -> None:
    letters = [f"{letter}*" for letter in ascii_lowercase[:MAX_PREFIXES]]
    costs = [work.of(" ".join(letters[:number]), 1) for number in range(2, MAX_PREFIXES + 1)]
    (further,) = {after - before for before, after in pairwise(costs)}
    # Once each: for all words, for candidates, for their rank, for a total; two looks a time.
    assert further <= 8


def test_hits_of_two_expressions_come_in_their_order(path: Path) -> None:
    with Library.open(path, readonly=True) as library:
        every = library.search("a* b* c* d* e*", collection=None, limit=1000)
        some = library.search("a* b* c* d* e*", collection=None, limit=1)
        assert [hit.chunk_id for hit in every][:1] == [hit.chunk_id for hit in some]
        assert len({hit.chunk_id for hit in every}) == 1000
        assert all("<mark>" in hit.snippet for hit in every)


@pytest.mark.usefixtures("each_step")
@pytest.mark.parametrize("name", READS)
def test_every_read_of_every_role_is_given_up_over_its_deadline(path: Path, name: str) -> None:
    with open_reader(path, 1e-9) as library:
        method = getattr(library, name)
        with pytest.raises(
            LibraryTrouble, match=r"given up after 1e-09 s \(read_timeout_s\)"
        ) as it:
            list(method(**arguments_of(method)))
        assert it.value.fault is LibraryFault.TOO_LONG


def test_a_dear_search_is_given_up_in_the_midst_and_the_next_read_is_as_ever(path: Path) -> None:
    with open_reader(path, 1e-9) as library:
        with pytest.raises(LibraryTrouble, match="given up"):
            library.search("a*", collection=None, limit=10)
        library.deadline.seconds = 60
        assert len(library.search("a*", collection=None, limit=10)) == 10


@pytest.mark.usefixtures("each_step")
def test_each_row_of_an_export_has_the_whole_time(path: Path) -> None:
    with open_reader(path, 60) as library:
        seen = []
        for row in library.export("half 1"):
            seen.append(row.chunk_id)
            library.deadline._until = 0.0
        assert len(seen) == CHUNKS // 2
        rows = library.export(None)
        next(rows)
        library.deadline.seconds = 1e-9
        with pytest.raises(LibraryTrouble, match="given up"):
            list(rows)


@pytest.mark.usefixtures("each_step")
def test_only_who_answers_to_many_has_a_deadline(path: Path) -> None:
    with Library.open(path, readonly=True) as library:
        assert len(library.search("a*", collection=None, limit=10)) == 10


@pytest.mark.usefixtures("each_step")
def test_an_empty_library_has_its_deadline_too(tmp_path: Path) -> None:
    missing = open_reader(tmp_path / "missing.db", 1e-9)
    with missing as library, pytest.raises(LibraryTrouble, match="given up"):
        library.stats()
