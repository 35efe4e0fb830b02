"""File locks: one holder at a time, over threads and processes, and none after its death."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.descriptors import open_below

from gristmill.schemas.problems.errors import StorageFailed
from gristmill.storage.disk.locks import hold, try_lock

_HOLDER = (
    "import pathlib, sys; from gristmill.storage.disk.locks import hold\n"
    "with hold(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
)


@contextmanager
def _holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its standard input ends."""
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        yield holder


def test_a_lock_has_one_holder_and_is_free_after_it(tmp_path: Path) -> None:
    lock = try_lock(tmp_path / "lock")
    assert lock is not None
    assert try_lock(tmp_path / "lock") is None
    other = try_lock(tmp_path / "other")
    assert other is not None
    other.release()
    lock.release()
    with hold(tmp_path / "lock"):
        assert try_lock(tmp_path / "lock") is None
    with hold(tmp_path / "lock"):
        pass


def test_a_lock_is_released_when_its_holder_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), hold(tmp_path / "lock"):
        _ = 1 / 0
    with hold(tmp_path / "lock", timeout_s=0):
        pass


def test_waiting_for_a_lock_has_an_end(tmp_path: Path) -> None:
    with (
        hold(tmp_path / "lock"),
        pytest.raises(StorageFailed, match=r"lock was not free within 0\.05 s"),
        hold(tmp_path / "lock", timeout_s=0.05),
    ):
        pass


def test_threads_exclude_each_other(tmp_path: Path) -> None:
    inside = 0
    most = 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(30):
            with hold(tmp_path / "lock"):
                inside += 1
                most = max(most, inside)
                (tmp_path / "something").write_text("to let other threads run")
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (inside, most) == (0, 1)


def test_processes_exclude_each_other_and_a_killed_holder_blocks_nobody(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with _holder(path) as holder:
        assert try_lock(path) is None
        holder.send_signal(signal.SIGKILL)
        with hold(path):
            pass


def test_a_child_of_the_holder_does_not_inherit_the_lock(tmp_path: Path) -> None:
    lock = try_lock(tmp_path / "lock")
    assert lock is not None
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, close_fds=False):
        lock.release()
        with hold(tmp_path / "lock", timeout_s=0):
            pass


def test_a_refused_lock_leaves_no_descriptor_open(tmp_path: Path) -> None:
    with hold(tmp_path / "lock"):
        held = open_below(tmp_path)
        assert [try_lock(tmp_path / "lock") for _ in range(5)] == [None] * 5
        assert held and open_below(tmp_path) == held


def test_a_folder_that_is_missing_is_an_error_not_a_held_lock(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        try_lock(tmp_path / "missing" / "lock")
