"""A search in a library in PostgreSQL finds what the same documents in SQLite have."""

import random
from collections.abc import Iterator

import pytest
from support.library_samples import succeeded
from support.postgres_server import PostgresServer, postgres_server
from support.store_sets import LIBRARIES, in_postgres

from gristmill.schemas.filters import parsed
from gristmill.storage.library import AllRoles

pytestmark = pytest.mark.cluster
WORDS = (
    *("mill", "grist", "stone", "wheel", "flour", "bran", "sack", "river", "miller", "grain"),
    *("sieve", "barn", "oats", "rye"),
)
QUERIES = (
    *("mill", "wheel stone", '"grist mill"', "mil*", "flour -bran", "title:river", "river millers"),
    *("grain sieve barn oats rye", "nowhere", "stones wheels", "flouer"),
)


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[AllRoles]]:
    """The same documents, some replaced and some deleted, in both."""
    server: PostgresServer
    with postgres_server() as server:
        folders = [tmp_path_factory.mktemp(name) for name in ("sqlite", "postgres")]
        made = LIBRARIES["sqlite"](folders[0]), in_postgres(folders[1], server.new_library())
        with made[0]() as one, made[1]() as other:
            for library in (one, other):
                _fill(library)
            yield [one, other]


def _fill(library: AllRoles) -> None:
    said = random.Random(1)
    for n in range(150):
        texts = [" ".join(said.choices(WORDS, k=said.randint(5, 60))) for _ in range(3)]
        title = " ".join(said.choices(WORDS, k=2))
        # Every tenth comes in the place of one that was there before.
        library.commit(
            [
                succeeded(
                    "job",
                    n,
                    uri=f"{n - 5 if n % 10 == 9 else n}.txt",
                    texts=texts,
                    title=title,
                    collection="ab"[n % 2],
                    metadata={"job": {"year": 1990 + n % 7, "place": ["Bath", "Ulm"][n % 2]}},
                )
            ]
        )
    late = parsed("metadata.year = 1996")
    count = library.count_documents(collection="a", where=late)
    assert count > 5
    assert library.delete_documents(collection="a", expected=count, where=late) == count
    while library.take_out_deleted(most=10):
        continue


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize(
    "where", [None, "metadata.year >= 1993 AND metadata.place = Ulm", "title ~ '*mill*'"]
)
def test_hits_scores_totals_and_suggestions_are_the_same(
    libraries: list[AllRoles], query: str, where: str | None
) -> None:
    condition = None if where is None else parsed(where)
    one, other = (
        library.search_answer(query, collection=None, limit=40, where=condition)
        for library in libraries
    )
    assert [hit.score for hit in one.items] == [hit.score for hit in other.items]
    assert sorted((hit.score, hit.chunk_id, hit.snippet) for hit in one.items) == sorted(
        (hit.score, hit.chunk_id, hit.snippet) for hit in other.items
    )
    assert (one.total, one.did_you_mean, one.notes) == (
        other.total,
        other.did_you_mean,
        other.notes,
    )
