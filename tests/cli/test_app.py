"""The program as a whole: help, exit codes, errors in one sentence."""

import os
import re
import ssl
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from support.patience import WAIT_S

from gristmill.cli.app import COMMANDS, gristmill
from gristmill.cli.terminal.exit_codes import MEANINGS, OF_ERROR, ExitCode, exit_code
from gristmill.cli.terminal.failures import failure_of
from gristmill.client.http_client import certificates_for
from gristmill.schemas.problems import errors
from gristmill.storage.stores import Stores

README = Path(__file__).parents[2] / "README.md"
JSON_COMMANDS = set(COMMANDS) - {
    *("serve", "supervise", "web", "export", "drain", "completion", "node", "mcp"),
    # Its own commands have it.
    *("bulk", "mirror"),
}


def invoke(*args: str) -> "click.testing.Result":
    return CliRunner().invoke(gristmill, args)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    result = invoke(command, "--help")
    assert result.exit_code == ExitCode.OK
    assert "Example" in result.output
    assert f"gristmill {command}" in result.output
    assert ("--json" in result.output) == (command in JSON_COMMANDS)


def test_help_lists_every_command_and_every_exit_code() -> None:
    for result in (invoke(), invoke("--help")):
        assert result.exit_code == ExitCode.OK
        for name in (*COMMANDS, *(code.name for code in ExitCode)):
            assert name in result.output


def test_help_cuts_no_sentence_off_and_names_the_units_of_numbers() -> None:
    assert "..." not in invoke("--help").output.partition("Commands:")[2]
    output = invoke("serve", "--help").output
    for flag in ("--retention-days DAYS", "--orphan-hours HOURS", "--timeout-s SECONDS",
                 "--max-body-bytes BYTES", "--min-free-disk-mb MIB", "--port N",
                 "--min-bytes-per-s N", "--allow-host HOST", "--root-path PATH"):  # fmt: skip
        assert flag in output
    assert "[default: ]" not in output


@pytest.mark.parametrize("command", COMMANDS)
def test_no_help_tells_a_type_of_python_for_what_a_flag_takes(command: str) -> None:
    assert re.findall(r" (?:INTEGER|FLOAT|TEXT)\b", invoke(command, "--help").output) == []


@pytest.mark.parametrize(("typed", "meant"), [("ingst", "ingest"), ("job-s", "jobs")])
def test_a_command_that_is_misspelt_is_answered_with_the_one_that_was_meant(
    typed: str, meant: str
) -> None:
    result = invoke(typed, "--json")
    assert result.exit_code == ExitCode.USAGE
    assert f"Did you mean '{meant}'?" in result.stderr


def test_parse_says_of_a_folder_that_it_is_one(tmp_path: Path) -> None:
    result = invoke("parse", str(tmp_path))
    assert result.exit_code == ExitCode.NOT_FOUND
    assert f"{tmp_path} is a folder" in result.stderr


def test_every_exit_code_has_a_meaning_and_stands_in_the_readme() -> None:
    assert set(MEANINGS) == set(ExitCode)
    text = README.read_text(encoding="utf-8")
    for code, meaning in MEANINGS.items():
        assert f"| {code.value} | `{code.name}` | {meaning} |" in text


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from gristmill.cli.app import gristmill\n"
        "try:\n"
        "    gristmill(['--help'])\n"
        "finally:\n"
        "    print(*sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=WAIT_S
    )
    heavy = {"rich", "httpx", "falcon", "waitress", "sqlite3", "multiprocessing", "lxml"}
    assert done.returncode == ExitCode.OK
    assert heavy.isdisjoint(done.stderr.split())


def test_a_command_for_a_server_loads_neither_a_server_nor_a_second_command_line() -> None:
    look = "import sys, gristmill.cli.backends.remote; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, timeout=WAIT_S
    )
    assert done.stderr == ""
    heavy = {"rich", "pygments", "falcon", "waitress", "asyncio", "sqlite3", "multiprocessing"}
    assert heavy.isdisjoint(done.stdout.split())


def test_a_search_on_the_folder_loads_only_what_it_needs(tmp_path: Path) -> None:
    Stores.open(tmp_path).library().close()
    search = (
        "import sys\n"
        "from gristmill.cli.app import gristmill\n"
        "try:\n"
        f"    gristmill(['search', 'wheel', '--json', '--data', {str(tmp_path)!r}])\n"
        "finally:\n"
        "    print(*sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", search], capture_output=True, text=True, timeout=WAIT_S
    )
    assert done.returncode == ExitCode.OK and "items" in done.stdout
    loaded = set(done.stderr.split())
    assert not loaded & {"rich", "httpx", "falcon", "multiprocessing", "psutil", "asyncio"}
    # A command that should start in 150 ms has none to spare: each of these takes 2 to 10.
    assert not loaded & {"shutil", "tempfile", "subprocess", "pickle", "concurrent.futures"}
    assert not loaded & {"tomllib", "difflib", "gristmill.pool.intake"}
    assert "gristmill.schemas.rendering.forms" not in loaded
    assert "gristmill.storage.library.sqlite.repair.salvage" not in loaded
    assert len(loaded) < 420


def test_only_commands_that_end_at_once_do_without_the_collector() -> None:
    program = (
        "import atexit, gc, sys\n"
        "from gristmill.cli import main\n"
        "told = lambda: (gc.isenabled(), gc.get_freeze_count() > 0)\n"
        "atexit.register(lambda: print(*told(), file=sys.stderr))\n"
        "sys.argv[:] = ['gristmill', *sys.argv[1:]]\n"
        "main()\n"
    )
    for command, told in (("search", "False True"), ("ingest", "True False")):
        done = subprocess.run(
            [sys.executable, "-c", program, command, "--help"],
            capture_output=True,
            text=True,
            timeout=WAIT_S,
        )
        assert (done.returncode, done.stderr) == (ExitCode.OK, f"{told}\n")


def test_certificates_are_loaded_only_for_whom_they_can_convince(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [*os.environ]:
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    trusted = certificates_for("http://127.0.0.1:8000")
    assert isinstance(trusted, ssl.SSLContext)
    assert (trusted.verify_mode, trusted.get_ca_certs()) == (ssl.CERT_REQUIRED, [])
    assert certificates_for("https://mill.example") is True
    monkeypatch.setenv("HTTP_PROXY", "https://proxy.example")
    assert certificates_for("http://127.0.0.1:8000") is True


def test_version_names_the_program() -> None:
    assert invoke("--version").output.startswith("gristmill ")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["frobnicate"], ExitCode.USAGE),
        (["jobs", "--limit", "0"], ExitCode.USAGE),
        (["ingest"], ExitCode.USAGE),
        (["ingest", ""], ExitCode.USAGE),
        (["ingest", "", "--server", "http://127.0.0.1:9"], ExitCode.USAGE),
        (["jobs", "--data", ""], ExitCode.SETTINGS),
        (["serve", "--port", "none"], ExitCode.SETTINGS),
        (["serve", "--config", "/nowhere.toml"], ExitCode.SETTINGS),
        (["jobs", "--data", "/nowhere/at/all"], ExitCode.DATA_FOLDER),
        (["check", "--data", "/nowhere/at/all"], ExitCode.DATA_FOLDER),
        (["parse", "/nowhere/at/all"], ExitCode.NOT_FOUND),
        (["ingest", "/nowhere/at/all"], ExitCode.NOT_FOUND),
        (["jobs", "--server", "ftp://x"], ExitCode.USAGE),
        (["jobs", "--server", "http://127.0.0.1:9"], ExitCode.UNAVAILABLE),
    ],
)
def test_a_mistake_is_one_sentence_on_stderr_and_a_named_exit_code(
    args: list[str], code: ExitCode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = invoke(*args)
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_every_error_has_an_exit_code_by_its_class_or_its_parents() -> None:
    for kind, code in OF_ERROR.items():
        error = kind("x") if kind is not errors.DocumentError else kind("empty", "x")
        assert exit_code(error) is code
    assert exit_code(errors.UnknownParameter("x")) is ExitCode.USAGE
    assert exit_code(errors.QueueFull("x")) is ExitCode.UNAVAILABLE
    assert exit_code(errors.StorageFull("x")) is ExitCode.DATA_FOLDER
    assert exit_code(errors.DuplicateJob("x")) is ExitCode.FAILED


def test_a_full_disk_is_a_sentence() -> None:
    failure = failure_of(OSError(28, "No space left on device"))
    assert failure.code is ExitCode.DATA_FOLDER
    assert "disk is full" in (failure.sentence or "")


def test_a_bug_is_a_sentence_that_says_how_to_find_it() -> None:
    failure = failure_of(ZeroDivisionError("a\nb"))
    assert failure.code is ExitCode.FAILED
    assert "ZeroDivisionError: a b" in (failure.sentence or "")
    assert "--traceback" in (failure.sentence or "")


def test_an_output_that_nobody_reads_any_more_is_no_drama(tmp_path: Path) -> None:
    failure = failure_of(BrokenPipeError(32, "Broken pipe"))
    assert failure == (None, ExitCode.OUTPUT_CLOSED)
