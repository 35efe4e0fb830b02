"""How the marks of leases that are over are kept in SQLite."""

from pathlib import Path

import pytest
from support.arming import arm
from support.library_samples import planned, succeeded
from support.older_library import take_back

from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.jobs.tasks import first_token
from gristmill.storage.library import Library

SUCCEEDED, PENDING = DocumentState.SUCCEEDED, DocumentState.PENDING


def test_terms_grow_over_openings(tmp_path: Path) -> None:
    terms = []
    for _ in range(3):
        with Library.open(tmp_path / "library.db") as library:
            terms.append(library.begin_term())
    assert terms == [1, 2, 3]


def test_on_a_full_disk_a_term_begins_all_the_same_and_no_later_one_is_lower(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert library.begin_term() == 1
    with monkeypatch.context() as full:
        arm(full, "library.write=enospc")
        assert library.begin_term() == 2
    # Its leases leave marks, and what comes next must be above them.
    library.fence("job", 0, None, first_token(2) + 5)
    assert library.begin_term() == 3
    assert library.commit([succeeded()], [first_token(3)]) == [SUCCEEDED]


def test_what_is_lost_again_and_again_keeps_one_mark_and_a_dropped_job_none(
    library: Library,
) -> None:
    for token in range(1, 9):
        library.fence("job", 1, 2, token)
    assert _marks(library) == 1
    library.fence("job", 0, None, 9)
    assert _marks(library) == 1
    library.drop_job("job")
    assert _marks(library) == 0


def _marks(library: Library) -> int:
    (found,) = library._db.execute("SELECT count(*) FROM fences").fetchone()
    return int(found)


def test_a_library_of_the_version_before_gets_its_marks(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with Library.open(path) as library:
        library.plan("job", planned(1))
    take_back(path, 3)
    with Library.open(path, readonly=True) as reader:
        assert reader.planned("job") == 1
    with Library.open(path) as library:
        assert library.begin_term() == 1
        library.fence("job", 0, None, 5)
        assert library.commit([succeeded()], [4]) == [PENDING]
