"""`gristmill purge`: what it refuses."""

from pathlib import Path

import pytest
from support.running import ask

from gristmill.cli.terminal.exit_codes import ExitCode


def test_a_purge_makes_no_data_folder(tmp_path: Path) -> None:
    code, _, err = ask("purge", "--older-than", "30d", data=tmp_path / "typo")
    assert (code, err.count("\n")) == (ExitCode.DATA_FOLDER, 1)
    assert "typo" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("age", ["99999999999d", "999999d", "soon", "7w"])
def test_an_age_that_is_none_is_a_usage_error(age: str, tmp_path: Path) -> None:
    code, _, err = ask("purge", "--older-than", age, data=tmp_path)
    assert (code, err.count("\n")) == (ExitCode.USAGE, 1)
    assert age in err
