"""The ledger: plans, counters, retries and pages."""

from collections.abc import Iterator

import pytest
from support.library_samples import failed, planned, succeeded
from support.store_sets import Opener

from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.results import PlannedDocument
from gristmill.storage.library import AllRoles


def test_a_job_without_a_plan_has_none(library: AllRoles) -> None:
    assert library.planned("job") is None
    assert library.counts("job") == Counts()
    assert library.pending("job") == []


def test_a_plan_comes_back_as_it_was_given(library: AllRoles) -> None:
    documents = planned(5)
    assert library.plan("job", iter(documents)) == 5
    assert library.planned("job") == 5
    assert library.pending("job") == documents
    assert library.pending("job", 1, 3) == documents[1:3]
    assert library.pending_sizes("job") == [(n, 10 * n) for n in range(5)]


def test_an_empty_plan_is_a_plan(library: AllRoles) -> None:
    assert library.plan("job", []) == 0
    assert library.planned("job") == 0


def test_the_first_plan_wins(library: AllRoles) -> None:
    library.plan("job", planned(3))
    assert library.plan("job", planned(7)) == 3
    assert len(library.pending("job")) == 3


def test_documents_that_planning_found_impossible_have_failed(library: AllRoles) -> None:
    bad = PlannedDocument(1, "b", 0, code="fetch_error", message="cannot read")
    library.plan("job", [PlannedDocument(0, "a", 0), bad])
    assert library.counts("job") == Counts(total=2, pending=1, failed=1)
    (row,) = library.ledger_page("job", state=DocumentState.FAILED, after=None, limit=5)
    assert (row.ordinal, row.code, row.message) == (1, "fetch_error", "cannot read")


def test_a_plan_that_breaks_off_leaves_nothing(library: AllRoles) -> None:
    def broken() -> Iterator[PlannedDocument]:
        yield from planned(10)
        raise OSError("the folder went away")

    with pytest.raises(OSError, match="went away"):
        library.plan("job", broken())
    assert library.planned("job") is None
    assert library.counts("job") == Counts()


@pytest.mark.parametrize("size", [-1, 1 << 63, 1 << 80])
def test_a_size_that_nothing_can_have_is_unknown(library: AllRoles, size: int) -> None:
    library.plan("job", [PlannedDocument(0, "liar.txt", 0, size=size)])
    assert library.pending_sizes("job") == [(0, None)]


def test_planning_does_not_hold_up_other_writers(library: AllRoles, open_library: Opener) -> None:
    def slow() -> Iterator[PlannedDocument]:
        yield from planned(2)
        with open_library() as other:
            other.commit([succeeded("other")])

    assert library.plan("job", slow()) == 2


def test_a_plan_keeps_what_an_unplanned_run_has_ended(library: AllRoles) -> None:
    library.commit([succeeded("job", 0, uri="0.txt"), failed("job", 1), failed("job", 9)])
    assert library.reopen("job", 1) == 2
    assert library.pending("job")[0].source == -1
    assert library.plan("job", planned(3)) == 3
    assert library.counts("job") == Counts(total=3, pending=2, succeeded=1)
    reopened, fresh = library.pending("job")
    assert (reopened.ordinal, reopened.path, reopened.attempts) == (1, "/docs/1.txt", 1)
    assert fresh == planned(3)[2]


def test_a_plan_that_finds_another_document_at_a_place_takes_that_place(
    library: AllRoles,
) -> None:
    library.commit([succeeded("job", 0, uri="gone.txt")])
    library.plan("job", planned(1))
    assert [document.uri for document in library.pending("job")] == ["0.txt"]
    (row,) = library.ledger_page("job", state=None, after=None, limit=5)
    assert row.document_id is None


def test_counts_of_a_range_are_those_of_its_ordinals(library: AllRoles) -> None:
    library.plan("job", planned(10))
    library.commit([succeeded("job", n, uri=f"{n}.txt", texts=(f"text {n}",)) for n in range(4)])
    library.commit([failed("job", 4)])
    assert library.counts("job", 3, 6) == Counts(total=3, pending=1, succeeded=1, failed=1)
    assert library.counts("job", 5) == Counts(total=5, pending=5)
    assert library.counts("job", 0, 4) == Counts(total=4, succeeded=4)


def test_cancel_and_reopen_move_the_counters(library: AllRoles) -> None:
    library.plan("job", planned(4))
    library.commit([succeeded("job", 0, uri="0.txt"), failed("job", 1)])
    assert library.cancel_pending("job") == 2
    assert library.cancel_pending("job") == 0
    assert library.counts("job") == Counts(total=4, succeeded=1, failed=1, cancelled=2)
    assert library.reopen("job", 1) == 3
    assert library.counts("job") == Counts(total=4, succeeded=1, pending=3)
    row = library.ledger_page("job", state=None, after=0, limit=1)[0]
    assert (row.code, row.message, row.attempts) == (None, None, 1)


def test_strikes_are_counted_by_kind_and_only_for_pending_documents(library: AllRoles) -> None:
    library.plan("job", planned(2))
    library.commit([failed("job", 1)])
    assert library.strike("job", 1, "crash") is library.strike("job", 7, "crash") is None
    library.strike("job", 0, "memory")
    library.strike("job", 0, "crash")
    struck = library.strike("job", 0, "crash")
    assert struck is not None
    assert (struck.attempts, struck.strikes) == (3, {"memory": 1, "crash": 2})
    assert library.pending("job") == [struck]
    rows = library.ledger_page("job", state=None, after=None, limit=5)
    assert [row.attempts for row in rows] == [3, 1]


def test_a_retry_starts_with_fresh_budgets(library: AllRoles) -> None:
    library.plan("job", planned(1))
    library.strike("job", 0, "crash")
    library.commit([failed("job", 0)])
    library.reopen("job", 1)
    assert [(each.attempts, each.strikes) for each in library.pending("job")] == [(1, {})]


def test_ledger_pages_go_on_after_an_ordinal(library: AllRoles) -> None:
    library.plan("job", planned(7))
    library.commit([failed("job", n) for n in (1, 4, 6)])
    page = library.ledger_page("job", state=None, after=None, limit=3)
    assert [row.ordinal for row in page] == [0, 1, 2]
    page = library.ledger_page("job", state=None, after=2, limit=3)
    assert [row.ordinal for row in page] == [3, 4, 5]
    page = library.ledger_page("job", state=DocumentState.FAILED, after=1, limit=9)
    assert [row.ordinal for row in page] == [4, 6]


def test_dropping_a_job_leaves_the_others_and_the_documents(library: AllRoles) -> None:
    library.plan("one", planned(2))
    library.plan("two", planned(2))
    library.commit([succeeded("one", 0, uri="0.txt")])
    library.drop_job("one")
    assert library.planned("one") is None
    assert library.ledger_page("one", state=None, after=None, limit=5) == []
    assert library.planned("two") == 2
    assert library.stats()["documents"] == 1


def test_a_path_that_is_no_utf8_comes_back_exactly(library: AllRoles) -> None:
    path = "/docs/caf\udce9.txt"
    library.plan("job", [PlannedDocument(0, path, 0, path=path)])
    (document,) = library.pending("job")
    assert document.path == path
    assert document.uri == "/docs/caf\\udce9.txt"
