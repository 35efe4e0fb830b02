"""One supervisor a data folder."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.running import run

from gristmill.pool.supervisor import ownership
from gristmill.pool.supervisor.ownership import owned
from gristmill.schemas.problems.errors import DataFolderBusy, DataFolderUnusable
from gristmill.storage.layout import DataFolder

_OWNER = """
import sys
from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.supervisor.ownership import owned
from gristmill.pool.serving.served import served
from gristmill.storage.layout import DataFolder

folder = DataFolder.open(sys.argv[1])
queue = JobQueue(9, 300.0, on_started=lambda _: None, on_finished=lambda _: None)
with owned(folder), served(folder, queue, object()):
    print("owned", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.open(tmp_path / "data")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ownership, "_WAIT_S", 0.0)


@contextmanager
def owner(folder: DataFolder) -> Iterator[subprocess.Popen[str]]:
    """Another process that owns the folder and says so."""
    with subprocess.Popen(
        [sys.executable, "-c", _OWNER, str(folder.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "owned\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.usefixtures("impatient")
def test_a_second_owner_is_refused_by_the_pid_of_the_first(folder: DataFolder) -> None:
    with (
        owner(folder) as first,
        pytest.raises(DataFolderBusy, match=rf"pid {first.pid}\).*--data"),
        owned(folder),
    ):
        pass


@pytest.mark.usefixtures("impatient")
def test_a_first_owner_who_is_just_starting_is_said_to_be(folder: DataFolder) -> None:
    with owned(folder), pytest.raises(DataFolderBusy, match="just starting"), owned(folder):
        pass


def test_the_refusal_reaches_whoever_typed_the_command(folder: DataFolder) -> None:
    with owner(folder) as first:
        code, out, err = run("supervise", "--workers", "1", data=folder.root)
    assert code not in (0, 1) and out == ""
    assert str(first.pid) in err and "Traceback" not in err


def test_after_a_killed_owner_the_folder_is_free_and_its_notice_is_gone(
    folder: DataFolder,
) -> None:
    with owner(folder) as first:
        first.send_signal(signal.SIGKILL)
        first.wait()
        assert folder.supervisor_info.exists()
        with owned(folder):
            assert not folder.supervisor_info.exists()


def test_an_owner_that_lets_go_in_time_is_waited_for(folder: DataFolder) -> None:
    with owner(folder) as first:
        # Its exit is under way when we ask; a second is enough for it.
        assert first.stdin is not None
        first.send_signal(signal.SIGKILL)
        with owned(folder):
            pass


def test_the_folder_is_free_again_after_an_owner_that_failed(folder: DataFolder) -> None:
    with pytest.raises(ZeroDivisionError), owned(folder):
        _ = 1 / 0
    with owned(folder):
        pass


def test_a_lock_that_cannot_be_made_is_the_folders_fault(folder: DataFolder) -> None:
    folder.supervisor_lock.mkdir()
    with pytest.raises(DataFolderUnusable, match=os.fspath(folder.supervisor_lock)), owned(folder):
        pass
