"""Walking the folders that a path source names."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gristmill.storage.layout import DataFolder
from gristmill.storage.walking.folders import matching_files
from gristmill.storage.walking.globs import Glob

_NOBODY = 65534


def _fill(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def _found(root: Path, glob: str | None = None) -> list[str]:
    return [Path(found.path).relative_to(root).as_posix() for found in matching_files(root, glob)]


def test_every_file_at_any_depth_is_found_in_a_stable_order(tmp_path: Path) -> None:
    _fill(tmp_path, "b.txt", "a.txt", "sub/z.txt", "sub/deep/y.txt", "also/x.txt")
    expected = ["a.txt", "b.txt", "also/x.txt", "sub/z.txt", "sub/deep/y.txt"]
    assert _found(tmp_path) == expected == _found(tmp_path)


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("*.pdf", ["a.pdf", "other/b.pdf", "reports/c.pdf", "reports/old/d.pdf"]),
        ("**/*.pdf", ["a.pdf", "other/b.pdf", "reports/c.pdf", "reports/old/d.pdf"]),
        ("reports/*.pdf", ["reports/c.pdf"]),
        ("old/*", ["reports/old/d.pdf", "reports/old/e.txt"]),
        ("[ab].*", ["a.pdf", "other/b.pdf"]),
        ("?.txt", ["reports/old/e.txt"]),
        ("*.docx", []),
        ("/a.pdf", ["a.pdf"]),
        ("/c.pdf", []),
        ("reports/**/*.pdf", ["reports/c.pdf", "reports/old/d.pdf"]),
        ("reports/**/old/**/*.pdf", ["reports/old/d.pdf"]),
        ("**/**/old/**", ["reports/old/d.pdf", "reports/old/e.txt"]),
        ("a**f", ["a.pdf"]),
        ("[!a].pdf", ["other/b.pdf", "reports/c.pdf", "reports/old/d.pdf"]),
        ("[z-a]", []),
        ("[!]", []),
        ("a.pdf/**", []),
        ("/reports/**", ["reports/c.pdf", "reports/old/d.pdf", "reports/old/e.txt"]),
    ],
)
def test_a_glob_is_matched_from_the_right(tmp_path: Path, glob: str, expected: list[str]) -> None:
    _fill(tmp_path, "a.pdf", "other/b.pdf", "reports/c.pdf", "reports/old/d.pdf")
    _fill(tmp_path, "reports/old/e.txt")
    assert _found(tmp_path, glob) == expected


@pytest.mark.parametrize(
    "glob", ["*?" * 30 + "X", "**/a/" * 30 + "*X", "a*" * 60 + "X", "*" * 99 + "X"]
)
def test_a_glob_that_could_be_tried_in_many_ways_ends(glob: str) -> None:
    path = "/".join(["a" * 200] + ["a"] * 200)
    assert not Glob(glob).matches(path)
    assert Glob(glob).matches(path + "/" + "a" * 60 + "X")


@pytest.mark.slow
def test_folders_may_lie_deeper_in_each_other_than_python_goes(tmp_path: Path) -> None:
    _fill(tmp_path, "top.txt")
    depth = sys.getrecursionlimit() + 50
    folders = [tmp_path / ("d/" * number) for number in range(1, depth + 1)]
    for folder in folders:
        folder.mkdir()
    deep = folders[-1] / "deep.txt"
    deep.touch()
    try:
        assert _found(tmp_path) == ["top.txt", deep.relative_to(tmp_path).as_posix()]
    finally:
        deep.unlink()
        for folder in reversed(folders):
            folder.rmdir()


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    _fill(tmp_path, ".hidden", ".git/config", "sub/.cache/a.txt", "sub/seen.txt")
    assert _found(tmp_path) == ["sub/seen.txt"]
    assert _found(tmp_path, ".hidden") == []


def test_a_hidden_folder_that_is_named_itself_is_walked(tmp_path: Path) -> None:
    _fill(tmp_path, ".notes/a.txt")
    assert _found(tmp_path / ".notes") == ["a.txt"]


def test_links_to_files_are_listed_and_those_to_folders_are_not_entered(tmp_path: Path) -> None:
    _fill(tmp_path, "outside/secret.txt", "root/a.txt", "root/sub/b.txt")
    root = tmp_path / "root"
    (root / "link.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (root / "folder").symlink_to(tmp_path / "outside")
    (root / "sub" / "loop").symlink_to(root)
    (root / "itself").symlink_to(root / "itself")
    (root / "broken").symlink_to(root / "missing")
    assert _found(root) == ["a.txt", "link.txt", "sub/b.txt"]


def test_sizes_are_those_of_files_and_links_have_none(tmp_path: Path) -> None:
    _fill(tmp_path, "a.txt")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    assert [found.size for found in matching_files(tmp_path, None)] == [5, None]


def test_what_is_no_regular_file_is_left_out(tmp_path: Path) -> None:
    _fill(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    assert _found(tmp_path) == ["a.txt"]


def test_a_name_that_is_no_text_is_found(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.txt")).touch()
    except OSError:
        pytest.skip("this file system takes only text as a name")
    (found,) = matching_files(tmp_path, "*.txt")
    assert os.fsencode(Path(found.path).name) == b"caf\xe9.txt"


@pytest.fixture
def plain_user() -> Iterator[Path]:
    """A folder of a user whom permissions stop; root, in a container, lends it its rights."""
    folder = Path(tempfile.mkdtemp())
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, _NOBODY, -1)
        os.seteuid(_NOBODY)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        for path in folder.iterdir():
            path.chmod(0o700)
        shutil.rmtree(folder)


@pytest.mark.parametrize("mode", [0o000, 0o100])
@pytest.mark.parametrize("glob", [None, "*.txt"])
def test_a_folder_that_cannot_be_read_is_listed_with_its_trouble(
    plain_user: Path, mode: int, glob: str | None
) -> None:
    _fill(plain_user, "a.txt", "closed/b.txt", "open/c.txt")
    (plain_user / "closed").chmod(mode)
    first, closed, last = matching_files(plain_user, glob)
    assert closed == (str(plain_user / "closed"), None, "Permission denied")
    assert first.trouble is last.trouble is None


def test_files_of_a_folder_that_cannot_be_entered_are_listed_without_a_size(
    plain_user: Path,
) -> None:
    _fill(plain_user, "closed/b.txt")
    (plain_user / "closed").chmod(0o400)
    assert list(matching_files(plain_user, None)) == [
        (str(plain_user / "closed/b.txt"), None, None)
    ]


def test_a_data_folder_of_ours_is_not_entered(tmp_path: Path) -> None:
    _fill(tmp_path, "a.txt", "mill/notes.txt", "jobs/keys/run.txt")
    DataFolder.open(tmp_path / "mill")
    assert _found(tmp_path) == ["a.txt", "jobs/keys/run.txt"]
    assert _found(tmp_path / "mill") == []


def test_a_missing_folder_holds_nothing(tmp_path: Path) -> None:
    assert _found(tmp_path / "missing") == []


def test_what_an_ignore_file_of_ours_says_is_left_out(tmp_path: Path) -> None:
    _fill(tmp_path, "a.md", "a.log", "drafts/b.md", "sub/keep.log", "sub/c.tmp", "sub/c.md")
    (tmp_path / ".gristignore").write_text("*.log\n/drafts/\n")
    (tmp_path / "sub/.gristignore").write_text("!keep.log\n*.tmp\n")
    assert _found(tmp_path) == ["a.md", "sub/c.md", "sub/keep.log"]
    assert _found(tmp_path, "*.md") == ["a.md", "sub/c.md"]
    # From further above, as the planner goes down from an allowed root.
    (tmp_path / ".gristignore").unlink()
    below = matching_files(tmp_path / "sub", None, tmp_path)
    assert [Path(found.path).name for found in below] == ["c.md", "keep.log"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes of a name here")
def test_an_ignore_file_that_is_none_says_nothing_and_nobody_waits_for_it(tmp_path: Path) -> None:
    _fill(tmp_path, "a.md", "sub/b.md")
    os.mkfifo(tmp_path / ".gristignore")
    (tmp_path / "sub/.gristignore").symlink_to(tmp_path / "a.md")
    assert _found(tmp_path) == ["a.md", "sub/b.md"]
