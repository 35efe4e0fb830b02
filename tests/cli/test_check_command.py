"""`gristmill check`: clean folders, findings, repairs."""

import json
from pathlib import Path

from click.testing import CliRunner

from gristmill.cli.app import gristmill
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.storage.layout import DataFolder

NAME = "019ab0f2-8c1e-7f3a-9d55-1f2e3d4c5b6a.json"


def check(data: Path, *args: str) -> "tuple[int, str]":
    result = CliRunner().invoke(gristmill, ["check", "--data", str(data), *args])
    return result.exit_code, result.stdout


def test_a_clean_folder_has_no_findings(tmp_path: Path) -> None:
    DataFolder.open(tmp_path)
    assert check(tmp_path) == (ExitCode.OK, "0 findings, 0 left\n")


def test_findings_are_a_table_and_a_failure_until_they_are_repaired(tmp_path: Path) -> None:
    folder = DataFolder.open(tmp_path)
    (folder.pending / NAME).write_text("{ half a manifest")
    code, out = check(tmp_path)
    assert code == ExitCode.FAILED
    assert NAME.removesuffix(".json") in out
    assert "1 finding, 1 left" in out

    code, out = check(tmp_path, "--json")
    assert (code, json.loads(out)["left"]) == (ExitCode.FAILED, 1)

    code, out = check(tmp_path, "--repair", "--json")
    assert (code, json.loads(out)["left"]) == (ExitCode.OK, 0)
    assert check(tmp_path)[0] == ExitCode.OK
