"""Files that PATH arguments name, and what is said of those that are not there."""

from pathlib import Path

import pytest

from gristmill.cli.ingesting.finding import expect_files
from gristmill.schemas.problems.errors import PathNotFound


def test_a_name_that_is_nearly_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    with pytest.raises(PathNotFound, match=f"did you mean {tmp_path}/reports"):
        expect_files([str(tmp_path / "reprots")])


def test_a_name_that_is_like_no_other_is_only_missing(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    with pytest.raises(PathNotFound) as caught:
        expect_files([str(tmp_path / "notes.md")])
    assert caught.value.message == f"there is no file or folder at {tmp_path}/notes.md"
