"""Standard streams that are closed: `>&-`, `<&-`, as some daemons and cron scripts have them."""

import json
import shlex
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
import psutil
import pytest
from support.ingested import with_a_note
from support.patience import WAIT_S
from support.running import until
from support.selection import rest_slow

from gristmill.cli.terminal.exit_codes import ExitCode

_PROGRAM = shlex.join([sys.executable, "-m", "gristmill"])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_a_note(tmp_path_factory.mktemp("closed"))


def _shell(command: str) -> tuple[int, str, str]:
    done = subprocess.run(
        f"exec {_PROGRAM} {command}", shell=True, capture_output=True, text=True, timeout=WAIT_S
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    "args",
    rest_slow(*("documents", "export", "--help", "search miller", "stats --json", "jobs --help")),
)
def test_output_that_nobody_can_get_is_one_sentence(args: str, data: Path) -> None:
    where = "" if "help" in args else f"--data {data}"
    code, _, err = _shell(f"{args} {where} >&-")
    assert code == ExitCode.OUTPUT_CLOSED
    said = json.loads(err)["detail"] if "--json" in args else err.removeprefix("error: ")
    assert said.startswith("standard output is closed; ") and err.count("\n") == 1


@pytest.mark.slow
def test_an_export_to_a_file_needs_no_output(data: Path, tmp_path: Path) -> None:
    assert _shell(f"export --data {data} -o {tmp_path / 'chunks'} >&-")[0] == ExitCode.OK
    assert "dusty" in (tmp_path / "chunks").read_text()


def test_lines_that_nobody_can_read_are_a_usage_error(data: Path) -> None:
    code, _, err = _shell(f"ingest --stdin --data {data} <&-")
    assert (code, err.count("\n")) == (ExitCode.USAGE, 1)
    assert "standard input is closed" in err


def test_a_command_that_reads_nothing_runs_without_input_and_messages(data: Path) -> None:
    code, out, _ = _shell(f"documents --data {data} <&- 2>&-")
    assert code == ExitCode.OK
    assert "note.txt" in out
    assert _shell(f"job nonsense --data {data} 2>&-") == (ExitCode.NOT_FOUND, "", "")


@pytest.mark.parametrize("closed", rest_slow([0, 1, 2], [0], [1], quick=0))
def test_a_service_needs_none_of_them(closed: Sequence[int], tmp_path: Path) -> None:
    shut = " ".join(f"{number}>&-" for number in closed)
    flags = f"--port 0 --workers 1 --log-level warning --data {tmp_path / 'data'}"
    command = f"exec {_PROGRAM} serve {flags} {shut}"
    process = subprocess.Popen(command, shell=True, stderr=subprocess.PIPE, text=True)
    try:
        until(lambda: _is_ready(process.pid), "a service that is ready")
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=WAIT_S)[1] == ""
        assert process.returncode == ExitCode.OK
    finally:
        process.kill()


def _is_ready(pid: int) -> bool:
    """Its web process has inherited the socket that the service listens on."""
    for child in psutil.Process(pid).children():
        for each in child.net_connections("tcp"):
            if each.status == psutil.CONN_LISTEN:
                url = f"http://127.0.0.1:{each.laddr.port}/readyz"
                return httpx.get(url, timeout=WAIT_S, verify=False).status_code == 200
    return False
