"""What is known of a mirror's files, on disk."""

from pathlib import Path

import pytest

from gristmill.storage.library import KnownFiles, remove_known
from gristmill.storage.mirrors.files import DamagedKnown, Known, Reading, Seen, order


def known(path: str) -> Known:
    return Known(path, 5, 7, 1, 2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "known" / "m.db"


def test_files_come_in_the_order_of_a_walk_and_stay(path: Path) -> None:
    names = ["a", "a/b", "a.txt", "a/b/c", "a b", "ä", "b"]
    with KnownFiles(path) as files:
        assert files.is_new
        files.note((known(name), ()) for name in names)
    with KnownFiles(path) as files:
        assert not files.is_new and files.count() == len(names)
        assert [each.path for each in files.files()] == sorted(names, key=order)
        assert [each.path for each in files.below(["a", "a/b", "b"])] == ["a", "a/b", "a/b/c", "b"]


def test_who_refers_to_a_document_is_read_again_when_that_is_replaced(path: Path) -> None:
    with KnownFiles(path) as files:
        files.note([(known("a"), ()), (known("b"), ["d"]), (known("c"), ["d"])])
        assert files.referring("d") == ["b", "c"] and files.refers("b")
        files.refer("d", "e", "b")
        assert files.referring("e") == ["c"]
        assert files.read_again(["e"]) == 1 and files.marked() == ["c"]
        files.note([(known("c"), ())])
        assert files.marked() == [] and files.referring("e") == []


def test_a_job_that_was_begun_is_known_until_it_is_finished(path: Path) -> None:
    seen = Seen("a", 1, 2, 3, 4)
    with KnownFiles(path) as files:
        files.begin([Reading(seen, "job", "new")])
    with KnownFiles(path) as files:
        assert files.jobs() == ["job"] and files.read_by("job") == [Reading(seen, "job", "new")]
        files.finish("job")
        assert files.jobs() == []


def test_a_file_that_moves_takes_what_it_refers_to_along(path: Path) -> None:
    with KnownFiles(path) as files:
        files.note([(known("a"), ["d"])])
        files.rename([("a", known("b"))])
        assert [each.path for each in files.files()] == ["b"] and files.referring("d") == ["b"]
        files.forget(["b"])
        assert files.count() == 0 and files.referring("d") == []


def test_a_damaged_file_is_said_to_be_one_and_can_be_made_anew(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all " * 100)
    with pytest.raises(DamagedKnown):
        KnownFiles(path)
    remove_known(path)
    with KnownFiles(path) as files:
        assert files.is_new
