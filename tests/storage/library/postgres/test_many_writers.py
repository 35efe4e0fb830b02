"""Sixteen writers at once on a library in PostgreSQL: each effect once, no deadlock, right sums."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.library_samples import planned, signature, signed, succeeded
from support.patience import WAIT_S
from support.postgres_server import PostgresServer, postgres_server
from support.store_sets import Opener, in_postgres

from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.jobs.states import DocumentState
from gristmill.storage.library import AllRoles

pytestmark = pytest.mark.cluster
WRITERS = 16


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as started:
        yield started


@pytest.fixture
def address(server: PostgresServer) -> str:
    return server.new_library()


@pytest.fixture
def opener(address: str, tmp_path: Path) -> Opener:
    return in_postgres(tmp_path, address)


def at_once(opener: Opener, work: Callable[[AllRoles, int], None]) -> None:
    """`work` of each writer, all at the same moment; whatever one of them raises is raised."""
    barrier, failures = threading.Barrier(WRITERS), list[BaseException]()

    def run(number: int) -> None:
        try:
            with opener() as library:
                barrier.wait(WAIT_S)
                work(library, number)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    assert not failures, failures


def deadlocks(server: PostgresServer) -> int:
    return int(server.sql("SELECT sum(deadlocks) FROM pg_stat_database"))


def test_equal_contents_that_come_at_once_are_stored_once(
    opener: Opener, server: PostgresServer, address: str
) -> None:
    """Each writer brings the same five contents under names of its own, in an order of its own."""
    before = deadlocks(server)

    def work(library: AllRoles, number: int) -> None:
        results = [
            succeeded("job", number * 5 + n, uri=f"{number}-{n}.txt", texts=(f"content {n}",))
            for n in range(5)
        ]
        library.commit(results if number % 2 else results[::-1])

    at_once(opener, work)
    with opener() as library:
        counts = library.counts("job")
        assert (counts.succeeded, counts.duplicate) == (5, 5 * (WRITERS - 1))
        assert library.stats()["documents"] == 5
        assert len(library.search("content", collection=None, limit=99)) == 5
    assert deadlocks(server) == before


def test_counters_and_totals_are_sums_of_what_all_have_added(
    opener: Opener, server: PostgresServer, address: str
) -> None:
    """Writers of one job and two collections, whose documents go back and forth between names."""
    before, documents = deadlocks(server), WRITERS * 10
    with opener() as library:
        library.plan("job", planned(documents))

    def work(library: AllRoles, number: int) -> None:
        for at in range(0, 10, 2):
            library.commit(
                [
                    succeeded(
                        "job",
                        number * 10 + at + n,
                        uri=f"{number * 10 + at + n}.txt",
                        texts=(f"of {number} {at + n}", "shared"),
                        collection="ab"[(number + n) % 2],
                    )
                    for n in range(2)
                ]
            )

    at_once(opener, work)
    with opener() as library:
        assert library.counts("job") == Counts(total=documents, succeeded=documents)
        assert library.stats() == {
            "documents": documents,
            "chunks": 2 * documents,
            "bytes": library.stats()["bytes"],
            "collections": 2,
        }
        assert library.soundness.totals_are_right()  # type: ignore[attr-defined]
        assert library.soundness.miscounted_jobs() == []  # type: ignore[attr-defined]
        assert library.soundness.search_index_is_sound()  # type: ignore[attr-defined]
    assert deadlocks(server) == before


def test_one_name_that_all_write_at_once_has_one_content(opener: Opener, address: str) -> None:
    states = Counter[str]()
    guard = threading.Lock()

    def work(library: AllRoles, number: int) -> None:
        for n in range(4):
            (state,) = library.commit(
                [succeeded("job", number * 4 + n, uri="one.txt", texts=(f"word{number} x{n}",))]
            )
            with guard:
                states[state] += 1

    at_once(opener, work)
    assert states == {DocumentState.SUCCEEDED: 4 * WRITERS}
    with opener() as library:
        assert library.stats()["documents"] == 1
        assert len(library.search("word*", collection=None, limit=99)) == 1
        assert library.soundness.totals_are_right()  # type: ignore[attr-defined]


def test_of_near_duplicates_that_come_at_once_all_but_one_name_another(opener: Opener) -> None:
    def work(library: AllRoles, number: int) -> None:
        library.commit([signed(f"{number}.txt", signature(1))])

    at_once(opener, work)
    with opener() as library:
        documents, _ = library.documents_page(collection=None, after=None, limit=99)
        named = ["near_duplicate_of" in each.metadata for each in documents]
        assert (len(named), sum(named)) == (WRITERS, WRITERS - 1)


def test_a_term_that_begins_ends_the_leases_of_the_one_before(opener: Opener) -> None:
    """Whoever commits at the same moment is either before it, or refused."""
    with opener() as library:
        library.plan("job", planned(WRITERS))
        term = library.begin_term()
    from gristmill.schemas.jobs.tasks import first_token

    def work(library: AllRoles, number: int) -> None:
        if number == 7:
            library.begin_term()
        else:
            library.commit([succeeded("job", number, uri=f"{number}.txt")], [first_token(term)])

    at_once(opener, work)
    with opener() as library:
        before = library.counts("job")
        late = [succeeded("job", n, uri=f"{n}.txt") for n in range(WRITERS)]
        library.commit(late, [first_token(term)] * WRITERS)
        assert library.counts("job") == before
