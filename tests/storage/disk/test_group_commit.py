"""Durable writes in groups: each as safe as alone."""

import os
import threading
from pathlib import Path
from typing import Any

import pytest
from support.arming import arm
from support.patience import WAIT_S

from gristmill.storage.disk import durable
from gristmill.storage.disk.group_commit import remove_all, sync_folders, write_all
from gristmill.storage.disk.overlapped import LANES, overlapped


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which files and folders are synced, renamed and removed, in order."""
    made: list[str] = []

    def note(owner: Any, name: str, what: str) -> None:
        real = getattr(owner, name)

        def noted(target: Any, *rest: Any, **options: Any) -> Any:
            is_open = isinstance(target, int)
            where = Path(f"/proc/self/fd/{target}").readlink() if is_open else Path(target)
            made.append(f"{what} {where.name}")
            return real(target, *rest, **options)

        monkeypatch.setattr(owner, name, noted)

    note(durable, "_sync_data", "sync")
    note(os, "fsync", "sync folder")
    note(os, "replace", "rename")
    note(Path, "unlink", "unlink")
    return made


def _files(folder: Path, count: int = 10) -> list[tuple[Path, bytes]]:
    return [(folder / f"{number}", b"%d" % number) for number in range(count)]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc to name descriptors")
class TestOrder:
    def test_a_folder_is_synced_once_after_all_of_its_files(
        self, tmp_path: Path, calls: list[str]
    ) -> None:
        assert write_all(_files(tmp_path)) == [None] * 10
        assert [each.split()[0] for each in calls].count("rename") == 10
        assert calls[-1] == f"sync folder {tmp_path.name}"
        assert [each for each in calls if each.startswith("sync folder")] == calls[-1:]
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
            str(number): b"%d" % number for number in range(10)
        }

    def test_files_are_removed_and_then_the_folder_is_synced_once(
        self, tmp_path: Path, calls: list[str]
    ) -> None:
        for name in ("a", "b"):
            (tmp_path / name).touch()
        remove_all([tmp_path / "a", tmp_path / "missing", tmp_path / "b"])
        assert calls == [
            *("unlink a", "unlink missing", "unlink b"),
            f"sync folder {tmp_path.name}",
        ]


def test_what_fails_for_one_file_is_not_the_others_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arm(monkeypatch, "durable.fsync=enospc@4!")
    errors = write_all(_files(tmp_path))
    assert [error is None for error in errors].count(False) == 1
    there = {path.name for path in tmp_path.iterdir()}
    assert there == {str(number) for number, error in enumerate(errors) if error is None}


def test_a_folder_that_cannot_be_synced_fails_all_of_its_files_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    real = durable.sync_folder

    def fail_a(folder: Path) -> None:
        if folder.name == "a":
            raise OSError(5, "Input/output error")
        real(folder)

    monkeypatch.setattr("gristmill.storage.disk.group_commit.sync_folder", fail_a)
    errors = write_all([*_files(tmp_path / "a", 3), *_files(tmp_path / "b", 3)])
    assert [error is None for error in errors] == [False] * 3 + [True] * 3
    assert list(sync_folders([tmp_path / "a", tmp_path / "b"])) == [tmp_path / "a"]


def test_all_files_are_removed_though_one_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).touch()
    arm(monkeypatch, "durable.unlink=eio@2!")
    with pytest.raises(OSError, match="Input/output"):
        remove_all([tmp_path / name for name in ("a", "b", "c")])
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_the_waits_overlap_and_results_keep_their_order() -> None:
    together = threading.Barrier(LANES)

    def meet(number: int) -> int:
        # Nobody passes unless all lanes are at work at the same time.
        together.wait(WAIT_S)
        return -number

    assert overlapped(meet, range(2 * LANES)) == [-number for number in range(2 * LANES)]


def test_an_interrupt_in_one_lane_waits_for_the_others() -> None:
    begun, ended = threading.Semaphore(0), threading.Semaphore(0)

    def work(number: int) -> None:
        if number == 0:
            begun.acquire(timeout=WAIT_S)
            raise KeyboardInterrupt
        begun.release()
        ended.release()

    with pytest.raises(KeyboardInterrupt):
        overlapped(work, range(2))
    assert ended.acquire(blocking=False)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a bare fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_has_threads_of_its_own(tmp_path: Path) -> None:
    write_all(_files(tmp_path))
    child = os.fork()
    if child == 0:
        (tmp_path / "child").mkdir()
        os._exit(0 if write_all(_files(tmp_path / "child")) == [None] * 10 else 1)
    assert os.waitpid(child, 0)[1] == 0
