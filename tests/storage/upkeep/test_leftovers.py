"""Temporary files of dead processes go, those of living ones stay."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gristmill.storage.disk.durable import make_folder, temp_beside
from gristmill.storage.layout import DataFolder
from gristmill.storage.spool import Spool
from gristmill.storage.upkeep.leftovers import leftovers, remove_leftovers, remove_most_leftovers


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.open(tmp_path / "data")


def _places(folder: DataFolder) -> list[Path]:
    """A file of each kind that is written through a temporary one."""
    paths = [
        folder.pending_path("0197c0de-0000-7000-8000-000000000000"),
        folder.terminal_path("0197c0de-0000-7000-8000-000000000000"),
        folder.key_path("ab" * 32),
        folder.supervisor_info,
        folder.spool / "upload",
        folder.root / "something",
        folder.bulk / "active" / "0197c0de-0000-7000-8000-000000000000.json",
    ]
    for path in paths:
        make_folder(path.parent)
    return paths


@pytest.fixture(scope="module")
def dead_pid() -> int:
    """The pid of a process that has ended and been collected."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def _temp_of(path: Path, pid: int) -> Path:
    temp = Path(str(temp_beside(path)).replace(f".{os.getpid()}-", f".{pid}-"))
    temp.touch()
    return temp


def test_those_of_a_dead_process_are_removed_wherever_they_lie(
    folder: DataFolder, dead_pid: int
) -> None:
    temps = [_temp_of(path, dead_pid) for path in _places(folder)]
    assert set(leftovers(folder)) == set(temps)
    assert remove_most_leftovers(folder) == len(temps) - 1
    assert remove_leftovers(folder) == 1
    assert not any(temp.exists() for temp in temps)
    assert remove_leftovers(folder) == 0


def test_those_of_living_processes_are_left_alone(folder: DataFolder) -> None:
    for path in _places(folder):
        _temp_of(path, os.getpid())
        _temp_of(path, os.getppid())
    assert list(leftovers(folder)) == []


def test_nothing_else_is_ever_taken_for_one(folder: DataFolder) -> None:
    for path in _places(folder):
        path.touch()
    folder.key_lock("ab" * 32).touch()
    Spool(folder).store(io.BytesIO(b"flour"), 10, uri="a.tmp", media_type=None)
    before = {path for path in folder.root.rglob("*") if path.is_file()}
    assert remove_leftovers(folder) == 0
    assert {path for path in folder.root.rglob("*") if path.is_file()} == before


def test_what_a_killed_writer_leaves_is_found(folder: DataFolder) -> None:
    script = (
        "import pathlib, sys; from gristmill.storage.disk.durable import write_atomic\n"
        "write_atomic(pathlib.Path(sys.argv[1]), b'content')"
    )
    path = folder.pending / "a.json"
    for point in ("durable.write", "durable.fsync", "durable.rename"):
        done = subprocess.run(
            [sys.executable, "-c", script, str(path)],
            env={**os.environ, "GRISTMILL_FAULTS": f"{point}=kill"},
        )
        assert done.returncode == -9
    assert len(list(leftovers(folder))) == 3 == remove_leftovers(folder)
    assert list(folder.pending.iterdir()) == []
