"""What writers of one library must not do at once, and the order in which they wait."""

import random

from support.library_samples import signature, signed, succeeded

from gristmill.schemas.outcomes.results import DocumentResult
from gristmill.storage.library import locks
from gristmill.storage.library.locks import LIBRARY, TERM, WORK, Lock, of_commit, ordered


def _clash(one: list[Lock], other: list[Lock]) -> bool:
    """Whether one of two writers waits for the other."""
    held = {(each.kind, each.name): each.shared for each in ordered(one)}
    return any(
        not (held.get((each.kind, each.name), True) and each.shared)
        for each in ordered(other)
        if (each.kind, each.name) in held
    )


def _of(*results: DocumentResult) -> list[Lock]:
    return of_commit(results)


def test_documents_of_one_job_and_collection_are_committed_side_by_side() -> None:
    one, other = succeeded("job", 0, uri="a"), succeeded("job", 1, uri="b", texts=("other",))
    assert not _clash(_of(one), _of(other))


def test_what_meets_in_a_name_a_content_or_a_row_is_not() -> None:
    one = succeeded("job", 0, uri="a")
    same_name = succeeded("other", 5, uri="a", texts=("other",))
    same_content = succeeded("other", 5, uri="b")
    same_row = succeeded("job", 0, uri="c", texts=("other",))
    for other in (same_name, same_content, same_row):
        assert _clash(_of(one), _of(other))
    elsewhere = succeeded("other", 5, uri="b", collection="elsewhere")
    assert not _clash(_of(one), _of(elsewhere))


def test_what_is_alike_is_found_out_one_after_the_other() -> None:
    one, other = signed("a", signature(1)), signed("b", signature(2))
    assert _clash(_of(one), _of(other))


def test_a_term_a_plan_and_a_renaming_wait_for_the_commits_that_are_under_way() -> None:
    commit = _of(succeeded("job", 0))
    for other in ([TERM], [locks.job("job")], [LIBRARY], [*locks.collection("default")]):
        assert _clash(commit, other), other
    for other in ([WORK], [locks.job("another")], [*locks.document("x")]):
        assert not _clash(commit, other), other


def test_locks_are_taken_once_and_in_one_order_by_all() -> None:
    results = [succeeded("job", n, uri=f"{n}", texts=(f"{n % 3}",)) for n in range(9)]
    expected = ordered(_of(*results))
    keys = [(each.kind, each.name) for each in expected]
    assert len(keys) == len(set(keys))
    for seed in range(20):
        random.Random(seed).shuffle(results)
        assert ordered(_of(*results)) == expected


def test_of_two_locks_on_a_thing_the_stronger_one_is_taken() -> None:
    assert ordered([WORK, TERM, WORK]) == [TERM]
