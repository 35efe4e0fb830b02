"""Which paths a request may name."""

import os
from pathlib import Path

import pytest

from gristmill.pool.intake.paths import locate
from gristmill.schemas.jobs.sources import Located, PathSource
from gristmill.schemas.problems.errors import (
    InvalidRequest,
    PathEmpty,
    PathForbidden,
    PathNotFound,
    PathNotShared,
)
from gristmill.storage.layout import DataFolder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An allowed folder with two files, next to a file that is not allowed."""
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "a.txt").write_text("a")
    (root / "sub" / "b.txt").write_text("b")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "root2").mkdir()
    (tmp_path / "root2" / "c.txt").write_text("c")
    return root


def _locate(path: Path | str, *roots: Path, glob: str | None = None) -> Located:
    return locate(PathSource(str(path), glob), [str(root) for root in roots], trusted=False)


def test_what_lies_under_an_allowed_root_is_taken(root: Path) -> None:
    assert _locate(root / "a.txt", root) == Located(str(root / "a.txt"), str(root))
    assert _locate(root / "sub", root) == Located(str(root / "sub"), str(root))
    assert _locate(root, root, glob="*.txt") == Located(str(root), str(root), "*.txt")


def test_any_of_several_roots_will_do(root: Path, tmp_path: Path) -> None:
    located = _locate(tmp_path / "root2" / "c.txt", root, tmp_path / "root2")
    assert located.root == str(tmp_path / "root2")


def test_a_root_may_be_a_link_and_may_be_written_in_any_way(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    for written in (tmp_path / "link", f"{root}/", f"{root}/sub/.."):
        located = locate(PathSource(str(root / "a.txt")), [str(written)], trusted=False)
        assert located.root == str(root)
    assert _locate(tmp_path / "link" / "a.txt", root).path == str(root / "a.txt")


@pytest.mark.parametrize(
    "path",
    [
        "secret.txt",
        "root/../secret.txt",
        "root/sub/../../secret.txt",
        "root2/c.txt",
        "missing.txt",
        ".",
        "/",
        "/etc/passwd",
        "/proc/self/root/etc/passwd",
    ],
)
def test_what_lies_outside_is_forbidden_and_no_one_learns_whether_it_exists(
    root: Path, tmp_path: Path, path: str
) -> None:
    with pytest.raises(PathForbidden, match="outside the allowed roots"):
        _locate(tmp_path / path, root)


def test_a_link_out_of_the_root_is_forbidden(root: Path, tmp_path: Path) -> None:
    (root / "file").symlink_to(tmp_path / "secret.txt")
    (root / "folder").symlink_to(tmp_path)
    for name in ("file", "folder", "folder/secret.txt"):
        with pytest.raises(PathForbidden):
            _locate(root / name, root)
    assert _locate(root / "folder" / "root" / "a.txt", root).path == str(root / "a.txt")


def test_without_roots_everything_is_forbidden_and_the_remedy_is_named(root: Path) -> None:
    with pytest.raises(PathForbidden, match="--allow-root"):
        _locate(root / "a.txt")


@pytest.mark.parametrize(
    ("shared", "taken"),
    [
        (None, True),
        ([], False),
        (["root"], True),
        (["link"], True),
        (["root2", "root/sub"], False),
        (["root2", ""], True),
        (["roo"], False),
    ],
)
@pytest.mark.parametrize("trusted", [False, True])
def test_where_nodes_read_only_what_they_all_see_is_taken(
    root: Path, tmp_path: Path, shared: list[str] | None, taken: bool, trusted: bool
) -> None:
    (tmp_path / "link").symlink_to(root)
    seen = None if shared is None else [str(tmp_path / name) for name in shared]
    source = PathSource(str(root / "a.txt"))
    if taken:
        locate(source, [str(root)], trusted=trusted, shared=seen)
    else:
        with pytest.raises(PathNotShared, match=r"upload it.*--shared-root"):
            locate(source, [str(root)], trusted=trusted, shared=seen)


@pytest.mark.parametrize(
    "name", ["missing", "a.txt/b", "x" * 300, "nul\0", "half \udc80 a pair", "loop"]
)
def test_what_cannot_be_there_is_not_found(root: Path, name: str) -> None:
    (root / "loop").symlink_to(root / "loop")
    with pytest.raises(PathNotFound):
        _locate(f"{root}/{name}", root)


@pytest.mark.parametrize("inside", ["", "run", "run/authkey"])
def test_a_data_folder_is_no_source(root: Path, inside: str) -> None:
    data = DataFolder.open(root / "mill")
    data.authkey.write_text("a secret")
    with pytest.raises(PathForbidden, match="data folder mill"):
        locate(PathSource(str(data.root / inside)), [str(root)], trusted=True)


def test_a_folder_without_a_file_is_empty(root: Path) -> None:
    (root / "empty" / ".hidden").mkdir(parents=True)
    (root / "empty" / ".hidden" / "a.txt").touch()
    with pytest.raises(PathEmpty, match="no file"):
        _locate(root / "empty", root)


def test_a_glob_without_a_match_is_empty_and_named(root: Path) -> None:
    with pytest.raises(PathEmpty, match=r"'\*\.pdf'"):
        _locate(root, root, glob="*.pdf")


@pytest.mark.parametrize("glob", [".", "./", "./.", "\udc80"])
def test_a_glob_that_is_none_is_refused(root: Path, glob: str) -> None:
    with pytest.raises(InvalidRequest, match="glob"):
        _locate(root, root, glob=glob)


def test_what_is_neither_file_nor_folder_is_forbidden(root: Path) -> None:
    os.mkfifo(root / "pipe")
    with pytest.raises(PathForbidden, match="neither a file nor a folder"):
        _locate(root / "pipe", root)


def test_a_trusted_caller_may_name_any_path_which_bounds_itself(root: Path, tmp_path: Path) -> None:
    def trusted(path: Path) -> Located:
        return locate(PathSource(str(path)), [], trusted=True)

    assert trusted(tmp_path / "secret.txt") == Located(str(tmp_path / "secret.txt"), str(tmp_path))
    assert trusted(root) == Located(str(root), str(root))
    (tmp_path / "link").symlink_to(root / "sub" / "b.txt")
    assert trusted(tmp_path / "link") == Located(str(root / "sub" / "b.txt"), str(root / "sub"))
    with pytest.raises(PathNotFound):
        trusted(tmp_path / "missing")


def test_a_relative_path_starts_where_the_process_is(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    assert _locate("sub/b.txt", root).path == str(root / "sub" / "b.txt")
    with pytest.raises(PathForbidden):
        _locate("../secret.txt", root)
