"""Processes and threads that write the same things at the same time."""

import multiprocessing
import threading
from collections import Counter
from queue import Queue
from typing import Any

from support.library_samples import planned, succeeded
from support.patience import WAIT_S
from support.store_sets import Opener

from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.outcomes.results import DocumentResult

DOCUMENTS = 48


def results() -> list[DocumentResult]:
    return [
        succeeded("job", n, uri=f"{n}.txt", texts=(f"word{n} shared", f"more{n}"))
        for n in range(DOCUMENTS)
    ]


def commit_all(open_library: Opener, barrier: Any, states: Any) -> None:
    """Commit every document of the job in batches of 8, together with the others."""
    with open_library() as library:
        barrier.wait(WAIT_S)
        mine: Counter[str] = Counter()
        for at in range(0, DOCUMENTS, 8):
            mine.update(library.commit(results()[at : at + 8]))
    states.put(dict(mine))


def assert_once(open_library: Opener) -> None:
    with open_library() as library:
        assert library.counts("job") == Counts(total=DOCUMENTS, succeeded=DOCUMENTS)
        assert library.counts("job", 0, DOCUMENTS) == library.counts("job")
        stats = library.stats()
        assert (stats["documents"], stats["chunks"]) == (DOCUMENTS, 2 * DOCUMENTS)
        hits = library.search("shared", collection=None, limit=10 * DOCUMENTS)
        assert len(hits) == len({hit.chunk_id for hit in hits}) == DOCUMENTS
        assert sum(1 for _ in library.export(None)) == 2 * DOCUMENTS


def test_two_processes_that_commit_the_same_documents_have_their_effects_once(
    open_library: Opener,
) -> None:
    with open_library() as library:
        library.plan("job", planned(DOCUMENTS))
    context = multiprocessing.get_context("spawn")
    barrier, states = context.Barrier(2), context.Queue()
    racers = [
        context.Process(target=commit_all, args=(open_library, barrier, states)) for _ in range(2)
    ]
    for racer in racers:
        racer.start()
    seen = [states.get(timeout=WAIT_S) for _ in racers]
    for racer in racers:
        racer.join(WAIT_S)
    assert seen == [{"succeeded": DOCUMENTS}] * 2
    assert_once(open_library)


def test_threads_that_write_one_library_have_their_effects_once(open_library: Opener) -> None:
    barrier, states = threading.Barrier(4), Queue[dict[str, int]]()
    threads = [
        threading.Thread(target=commit_all, args=(open_library, barrier, states)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    assert [states.get(timeout=WAIT_S) for _ in threads] == [{"succeeded": DOCUMENTS}] * 4
    assert_once(open_library)


def test_one_of_two_planners_wins_whole(open_library: Opener) -> None:
    barrier, totals = threading.Barrier(2), Queue[int]()

    def plan(count: int) -> None:
        with open_library() as library:
            barrier.wait(WAIT_S)
            totals.put(library.plan("job", planned(count)))

    threads = [threading.Thread(target=plan, args=(count,)) for count in (20, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    told = {totals.get(timeout=WAIT_S), totals.get(timeout=WAIT_S)}
    with open_library() as library:
        assert told == {len(library.pending("job"))}


def test_a_late_finisher_and_a_canceller_agree(open_library: Opener) -> None:
    with open_library() as library:
        library.plan("job", planned(DOCUMENTS))
    barrier, states = threading.Barrier(2), Queue[dict[str, int]]()
    worker = threading.Thread(target=commit_all, args=(open_library, barrier, states))
    worker.start()
    with open_library() as library:
        barrier.wait(WAIT_S)
        cancelled = library.cancel_pending("job")
        worker.join(WAIT_S)
        counts = library.counts("job")
        assert counts.cancelled == cancelled
        assert counts.succeeded == DOCUMENTS - cancelled == library.stats()["documents"]
        assert counts == library.counts("job", 0, DOCUMENTS)
