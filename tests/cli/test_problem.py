"""With `--json` a failure is a problem document, on stderr as the sentence would be."""

import errno
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gristmill.cli.app import gristmill
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.cli.terminal.failures import failure_of
from gristmill.cli.terminal.problem import problem_of
from gristmill.schemas.problems.errors import DuplicateJob


@pytest.mark.parametrize(
    ("words", "code", "status", "exit_code"),
    [
        (["jobs", "--limit", "0"], "invalid_request", 400, ExitCode.USAGE),
        (["frobnicate"], "invalid_request", 400, ExitCode.USAGE),
        (["jobs", "--data", "nowhere"], "data_folder_unusable", 500, ExitCode.DATA_FOLDER),
        (["ingest", "nowhere"], "path_not_found", 422, ExitCode.NOT_FOUND),
    ],
)
def test_a_mistake_is_a_problem_document_with_the_exit_code(
    words: list[str],
    code: str,
    status: int,
    exit_code: ExitCode,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(gristmill, [*words, "--json"])
    problem = json.loads(result.stderr)
    assert (result.stdout, result.exit_code) == ("", exit_code)
    assert (problem["code"], problem["status"], problem["exit_code"]) == (code, status, exit_code)
    assert set(problem) == {"type", "title", "status", "code", "detail", "exit_code"}


def test_after_two_dashes_json_is_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(gristmill, ["ingest", "--", "--json"])
    assert result.stderr == "error: there is no file or folder at --json\n"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyboardInterrupt(), "interrupted"),
        (OSError(errno.ENOSPC, "No space left on device"), "storage_full"),
        (ValueError("x"), "internal"),
    ],
)
def test_what_is_no_error_of_ours_has_a_code_as_well(error: BaseException, code: str) -> None:
    assert json.loads(problem_of(error, failure_of(error)))["code"] == code


def test_what_an_error_tells_besides_is_a_member() -> None:
    error = DuplicateJob("it is pending", job_id="J")
    assert json.loads(problem_of(error, failure_of(error)))["job_id"] == "J"
