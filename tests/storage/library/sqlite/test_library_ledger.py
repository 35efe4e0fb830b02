"""The ledger's counters, and what its columns hold."""

from pathlib import Path

import msgspec
import pytest
from support.cpu_time import within
from support.library_samples import failed, planned

from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.results import Member, PlannedDocument
from gristmill.storage.library import Library


@pytest.mark.slow
def test_a_hundred_thousand_documents_are_counted_without_reading_them(
    library: Library, tmp_path: Path
) -> None:
    library.plan("job", planned(100_000))
    with within(0.05):  # It takes about 0.1 ms.
        assert library.counts("job") == Counts(total=100_000, pending=100_000)


def test_a_plan_with_a_number_that_no_column_holds_leaves_nothing(library: Library) -> None:
    bad = [*planned(10), PlannedDocument(10, "too large a number", source=1 << 70)]
    with pytest.raises(OverflowError):
        library.plan("job", bad)
    assert library.planned("job") is None
    assert library.counts("job") == Counts()


def test_containers_leave_the_counters_of_their_job_right(library: Library) -> None:
    library.plan("job", planned(2))
    inside = (Member("a.txt", 5), Member("b.bin", None, "encrypted", "it is encrypted"))
    archive = msgspec.structs.replace(
        failed("job", 0), state=DocumentState.PENDING, code=None, members=inside
    )
    cut_off = msgspec.structs.replace(failed("job", 1), members=inside)
    library.commit([archive, cut_off])
    library.reopen("job", 1)
    library.commit([cut_off])
    assert library.soundness.miscounted_jobs() == []
