"""`serve`, `supervise` and `web` as programs: what they print, how they end."""

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from support.patience import WAIT_S
from support.running import Service, run, text
from support.selection import rest_slow

from gristmill.cli.terminal.exit_codes import ExitCode

Make = Callable[..., Service]


@pytest.fixture
def taken_port() -> Iterator[str]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield str(listener.getsockname()[1])


def start(*args: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "gristmill", *args],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def assert_one_sentence(result: tuple[object, str, str], code: ExitCode, *words: str) -> None:
    status, out, err = result
    assert (int(str(status)), out) == (code, ""), err
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    for word in words:
        assert word in err


def test_serve_prints_one_line_works_and_drains(make_service: Make) -> None:
    service = make_service("--workers", "1", "--web-processes", "2").start()
    assert str(service.http.base_url).startswith("http://127.0.0.1:")
    job = service.ended(service.accepted(text("A mill by a river.", "mill")))
    assert job["state"] == "succeeded"
    process = service.process
    assert process is not None
    assert process.stdout is not None
    service.signal(signal.SIGTERM)
    assert process.stdout.read() == ""
    assert service.wait() == ExitCode.OK
    assert "Traceback" not in service.log.read_text()


@pytest.mark.parametrize("command", rest_slow("serve", "web"))
def test_a_port_that_is_taken_is_one_sentence_and_starts_nothing(
    command: str, taken_port: str, tmp_path: Path
) -> None:
    result = run(command, "--port", taken_port, data=tmp_path / "data")
    assert_one_sentence(result, ExitCode.PORT, f"127.0.0.1:{taken_port}", "--port")


@pytest.mark.parametrize("command", rest_slow("serve", "supervise", "web"))
def test_a_data_folder_that_cannot_be_made_is_one_sentence(command: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    args = [command, *(() if command == "supervise" else ("--port", "0"))]
    assert_one_sentence(run(*args, data=tmp_path / "file" / "data"), ExitCode.DATA_FOLDER, "--data")


@pytest.mark.parametrize("command", rest_slow(["serve", "--port", "0"], ["supervise"]))
def test_a_second_supervisor_names_the_first_ones_pid(
    make_service: Make, command: list[str]
) -> None:
    service = make_service("--engine", "inline", command="supervise").start()
    result = run(*command, data=service.data)
    assert_one_sentence(result, ExitCode.DATA_FOLDER, str(service.pid))


def test_a_web_process_alone_reads_and_says_that_nobody_works(make_service: Make) -> None:
    service = make_service(command="web").start()
    assert service.http.get("/ingest").json() == {"items": [], "next": None}
    refused = service.submit(text("x"))
    assert (refused.status_code, refused.json()["code"]) == (503, "supervisor_away")
    assert service.stop() == ExitCode.OK


@pytest.mark.slow
def test_web_and_supervise_together_are_a_service(make_service: Make) -> None:
    supervisor = make_service("--workers", "1", command="supervise").start()
    web = make_service(command="web").start()
    assert web.ended(web.accepted(text("x", "x")))["state"] == "succeeded"
    assert web.stop() == ExitCode.OK
    assert supervisor.stop() == ExitCode.OK


def test_supervise_says_so_and_ends_with_its_standard_input(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    process = start("supervise", "--stop-with-stdin", "--engine", "inline", "--data", data)
    assert process.stdout is not None
    assert process.stdout.readline() == f"supervising {data} (pid {process.pid})\n"
    assert process.communicate(timeout=WAIT_S) == ("", "")
    assert process.returncode == ExitCode.OK


def test_settings_reach_the_web_processes_of_a_service(make_service: Make) -> None:
    service = make_service("--engine", "inline", "--max-text-bytes", "10").start()
    refused = service.submit(text("more than ten bytes"))
    assert (refused.status_code, refused.json()["code"]) == (413, "text_too_large")
