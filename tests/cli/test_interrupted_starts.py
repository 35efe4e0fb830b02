"""Ctrl-C while the program starts: it reaches everybody in the terminal's process group."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from support.patience import WAIT_S
from support.running import until
from support.selection import rest_slow

from gristmill.cli.terminal.exit_codes import ExitCode

_INTERRUPTED_IMPORT = """
import os, signal, sys
class Finder:
    def find_spec(self, name, *_):
        if name == "gristmill.cli.app":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
from gristmill.cli import main
main()
"""


@pytest.mark.slow
def test_before_the_program_is_loaded_it_is_one_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED_IMPORT], capture_output=True, text=True, timeout=WAIT_S
    )
    assert (done.returncode, done.stdout) == (ExitCode.INTERRUPTED, "")
    assert done.stderr == "error: interrupted\n"


@pytest.mark.slow
@pytest.mark.parametrize("number", rest_slow(signal.SIGTERM, signal.SIGINT))
@pytest.mark.parametrize(
    ("command", "born"),
    rest_slow(("serve", "forkserver"), ("serve", "web"), ("supervise", "forkserver")),
)
def test_while_the_processes_of_a_service_start_it_is_a_clean_drain(
    command: str, born: str, number: signal.Signals, tmp_path: Path
) -> None:
    port = [] if command == "supervise" else ["--port", "0"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gristmill", command, "--data", str(tmp_path / "data"), *port],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        until(lambda: _has_child(process.pid, born), f"a {born} process")
        os.killpg(process.pid, number)
        said = process.communicate(timeout=WAIT_S)[1].splitlines()
        assert [line for line in said if " INFO " not in line] == []
        assert process.returncode == ExitCode.OK
    finally:
        process.kill()


def _has_child(pid: int, word: str) -> bool:
    try:
        commands = [child.cmdline() for child in psutil.Process(pid).children()]
    except psutil.NoSuchProcess:
        return False
    return any(word in part for command in commands for part in command[1:])
