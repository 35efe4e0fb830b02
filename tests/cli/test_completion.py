"""Shells complete what the program has."""

import os
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner
from support.patience import WAIT_S

from gristmill.cli.app import gristmill


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_for_a_shell_asks_the_program(shell: str) -> None:
    result = CliRunner().invoke(gristmill, ["completion", shell])
    assert result.exit_code == 0
    assert f"_GRISTMILL_COMPLETE={shell}_complete" in result.output


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_reads_its_script() -> None:
    script = CliRunner().invoke(gristmill, ["completion", "bash"]).output
    done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("typed", "number", "expected"),
    [("gristmill sea", 1, "plain,search"), ("gristmill jobs --st", 2, "plain,--state")],
)
def test_the_program_completes_commands_and_flags(typed: str, number: int, expected: str) -> None:
    asked = {
        "_GRISTMILL_COMPLETE": "bash_complete",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(number),
    }
    done = subprocess.run(
        [sys.executable, "-m", "gristmill"],
        env={**os.environ, **asked},
        text=True,
        capture_output=True,
        timeout=WAIT_S,
    )
    assert expected in done.stdout.splitlines(), done.stderr
