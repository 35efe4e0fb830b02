"""Looks into a mirrored folder."""

import os
from pathlib import Path

import pytest

from gristmill.storage.mirrors import walking
from gristmill.storage.mirrors.files import Seen, Unread, order
from gristmill.storage.mirrors.walking import Walker
from gristmill.storage.walking.ignoring import Filter, IgnoreFile


@pytest.fixture
def top(tmp_path: Path) -> Path:
    for path in ("b.txt", "a/c.txt", "a.txt", "a/d/e.txt", ".hidden/x.txt", "a/.y.txt"):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)
    return tmp_path


def paths(walker: Walker) -> list[str]:
    return [each.path for each in walker.files()]


def test_every_file_is_seen_once_in_order_with_what_tells_a_change(top: Path) -> None:
    found = list(Walker(str(top), Filter()).files())
    assert [each.path for each in found] == ["a/c.txt", "a/d/e.txt", "a.txt", "b.txt"]
    assert [each.path for each in found] == sorted((e.path for e in found), key=order)
    status = (top / "b.txt").stat()
    assert found[-1] == Seen(
        "b.txt", status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev
    )


def test_no_link_is_followed_and_nothing_but_files_is_seen(top: Path) -> None:
    (top / "link.txt").symlink_to(top / "b.txt")
    (top / "folder").symlink_to(top / "a")
    os.mkfifo(top / "pipe")
    assert paths(Walker(str(top), Filter())) == ["a/c.txt", "a/d/e.txt", "a.txt", "b.txt"]


def test_a_look_at_some_paths_sees_what_a_whole_one_would(top: Path) -> None:
    (top / ".gristignore").write_text("d/\n")
    walker = Walker(str(top), Filter())
    asked = ["a/d/e.txt", "b.txt", "a/.y.txt", "none", "b.txt/none", "a/c.txt"]
    assert [each.path for each in walker.below(asked)] == ["a/c.txt", "b.txt"]
    assert [each.path for each in walker.below(["a", "a/c.txt"])] == ["a/c.txt"]


def test_a_folder_that_is_not_there_is_an_error_and_one_below_is_trouble(
    top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FileNotFoundError):
        paths(Walker(str(top / "none"), Filter()))
    real = walking._listed

    def refused(descent: object, way: tuple[str, ...], path: str) -> object:
        if way == ("a", "d"):
            raise PermissionError(13, "Permission denied")
        return real(descent, way, path)  # type: ignore[arg-type]

    monkeypatch.setattr(walking, "_listed", refused)
    found = list(Walker(str(top), Filter()).files())
    assert Unread("a/d", "Permission denied") in found and len(found) == 4


def test_a_data_folder_of_ours_is_none_of_it(top: Path) -> None:
    for name in ("jobs", "keys", "run", "spool"):
        (top / "a" / name).mkdir()
    assert paths(Walker(str(top), Filter())) == ["a.txt", "b.txt"]


@pytest.mark.parametrize(
    ("rules", "path", "is_folder", "verdict"),
    [
        ("*.log", "a.log", False, True),
        ("*.log", "d/e/a.log", False, True),
        ("*.log", "a.txt", False, None),
        ("# *.log\n\n", "a.log", False, None),
        ("*.log\n!keep.log", "d/keep.log", False, False),
        ("build/", "build", True, True),
        ("build/", "build", False, None),
        ("/top.txt", "top.txt", False, True),
        ("/top.txt", "d/top.txt", False, None),
        ("doc/x.txt", "doc/x.txt", False, True),
        ("doc/x.txt", "a/doc/x.txt", False, None),
        ("**/x.txt", "a/doc/x.txt", False, True),
        ("doc/**", "doc/a/b", False, True),
        (r"\#a", "#a", False, True),
        (r"\!a", "!a", False, True),
        ("a  ", "a", False, True),
    ],
)
def test_an_ignore_file_says_what_git_would(
    rules: str, path: str, is_folder: bool, verdict: bool | None
) -> None:
    assert IgnoreFile("", rules).verdict(path, is_folder=is_folder) is verdict


def test_rules_count_below_their_folder_and_gitignore_only_where_it_is_wanted(top: Path) -> None:
    (top / "a" / ".gitignore").write_text("*.txt\n")
    (top / ".gristignore").write_text("/b.txt\n")
    assert paths(Walker(str(top), Filter())) == ["a/c.txt", "a/d/e.txt", "a.txt"]
    assert paths(Walker(str(top), Filter(gitignore=True))) == ["a.txt"]
