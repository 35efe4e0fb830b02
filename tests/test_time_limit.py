"""A test that runs out of time says what hung, fails by its name, and leaves no process behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from support.patience import WAIT_S
from support.running import at_work, until
from support.selection import rest_slow

HERE = Path(__file__).parent
_TESTS = """
import os, signal, subprocess, sys, threading, time
from pathlib import Path
import pytest
from support.running import Service

HERE = Path(__file__).parent

def tell(pid):
    with open(HERE / "pids", "a") as pids:
        pids.write(f"{pid}\\n")

def held_in_a_thread():
    threading.Event().wait()

def start_a_service():
    service = Service(HERE / "data", "--workers", "1").start()
    tell(service.pid)
    for process in service.family():
        tell(process.pid)

os.environ.pop("GRISTMILL_TEST_PATIENCE", None)  # A service would not know it.

def start_children():
    for _ in range(3):
        tell(subprocess.Popen(["sleep", "600"], start_new_session=True).pid)

def time_is_nearly_up():
    signal.setitimer(signal.ITIMER_REAL, 0.3, 10)

@pytest.fixture
def stuck():
    yield
    tell(0)
    threading.Event().wait()
"""
IN_PYTHON = """
def test_that_hangs():
    start_a_service()
    threading.Thread(target=held_in_a_thread, name="a witness", daemon=True).start()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        tell(child.pid)
        time_is_nearly_up()
        child.wait()

def test_that_is_next():
    pass
"""
IN_A_TEARDOWN = """
def test_that_hangs(stuck):
    raise RuntimeError("it fails before its teardown hangs")

def test_that_is_next():
    pass
"""
IN_THE_SYSTEM = """
def test_that_hangs():
    start_children()
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    held_in_a_thread()
"""
WITHOUT_END = """
def test_that_hangs():
    start_a_service()
    (HERE / "started").touch()
    threading.Event().wait()
"""


@contextmanager
def pytest_of(
    folder: Path, test: str, *flags: str, limit_s: int
) -> Iterator[subprocess.Popen[str]]:
    """A pytest of its own, out of reach of the one that runs this."""
    (folder / "test_inner.py").write_text(_TESTS + test)
    (folder / "conftest.py").write_text('pytest_plugins = ("support.time_limit",)')
    (folder / "pytest.ini").write_text(f"[pytest]\npythonpath = {HERE}\ntimeout = {limit_s}")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *flags, str(folder)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def outcome(folder: Path, test: str, *flags: str, limit_s: int = 60) -> str:
    with pytest_of(folder, test, *flags, limit_s=limit_s) as process:
        said, _ = process.communicate(timeout=WAIT_S)
    assert process.returncode == 1, said
    return said


def left(folder: Path) -> list[psutil.Process]:
    """What is still alive of what the inner test has started."""
    pids = [int(line) for line in (folder / "pids").read_text().split()]
    assert len(pids) > 2
    return [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]


def none_is_left(folder: Path) -> None:
    until(lambda: not any(map(at_work, left(folder))), "the end of what the test started")


@pytest.mark.slow
@pytest.mark.parametrize("flags", rest_slow((), (("-n", "1"),)), ids=["alone", "xdist"])
def test_a_test_that_hangs_fails_with_what_every_thread_does_and_the_next_one_runs(
    tmp_path: Path, flags: tuple[str, ...]
) -> None:
    said = outcome(tmp_path, IN_PYTHON, *flags)
    assert "1 failed, 1 passed" in said
    assert "test_inner.py::test_that_hangs took more than 60 s" in said
    assert "thread a witness" in said and "in held_in_a_thread" in said
    assert "thread MainThread" in said and "child.wait()" in said
    assert "killed: " in said and "serve --data" in said
    none_is_left(tmp_path)


@pytest.mark.slow
def test_a_teardown_that_hangs_after_a_failure_is_an_error_of_its_own(tmp_path: Path) -> None:
    said = outcome(tmp_path, IN_A_TEARDOWN, limit_s=1)
    assert "1 failed, 1 passed, 1 error" in said
    assert "it fails before its teardown hangs" in said
    assert "the teardown of test_inner.py::test_that_hangs took more than 1 s" in said


@pytest.mark.slow
def test_a_main_thread_that_cannot_be_interrupted_ends_with_its_services(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRISTMILL_TEST_PATIENCE", "0.1")
    said = outcome(tmp_path, IN_THE_SYSTEM, limit_s=20)
    assert "Timeout (0:00:05)!" in said and "in held_in_a_thread" in said
    assert "outlived its test and was killed" in said
    none_is_left(tmp_path)


@pytest.mark.slow
def test_a_pytest_that_is_killed_takes_its_services_with_it(tmp_path: Path) -> None:
    with pytest_of(tmp_path, WITHOUT_END, limit_s=60) as process:
        until((tmp_path / "started").exists, "the inner test's service", WAIT_S)
        assert any(map(at_work, left(tmp_path)))
        os.kill(process.pid, signal.SIGKILL)
        said, _ = process.communicate(timeout=WAIT_S)
    assert "outlived its test and was killed" in said
    none_is_left(tmp_path)
