"""Durable writes: whole or not at all, and in the order that survives a power cut."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from support.arming import arm
from support.descriptors import open_below
from support.patience import WAIT_S

from gristmill.storage.disk import durable
from gristmill.storage.disk.durable import make_folder, sync_folder, write_atomic

SIZES = (1, 4096, 100_000)
POINTS = ("durable.create", "durable.write", "durable.fsync", "durable.rename")


def _whole(data: bytes) -> bool:
    """Whether `data` is all of what one of the writers wrote."""
    return len(data) in SIZES and data == data[:1] * len(data)


def _write_for_a_while(path: Path, letter: bytes) -> None:
    for turn in range(150):
        write_atomic(path, letter * SIZES[turn % len(SIZES)], durable=turn % 50 == 0)


def test_a_reader_never_sees_half_a_file_while_two_writers_replace_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomic(path, b"z")
    writers = [threading.Thread(target=_write_for_a_while, args=(path, x)) for x in (b"a", b"b")]
    for writer in writers:
        writer.start()
    seen = 0
    while any(writer.is_alive() for writer in writers) or not seen:
        assert _whole(path.read_bytes())
        seen += 1
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    script = (
        "import itertools, pathlib, sys; from gristmill.storage.disk.durable import write_atomic\n"
        f"for size in itertools.cycle({SIZES}):\n"
        "    write_atomic(pathlib.Path(sys.argv[1]), b'x' * size)"
    )
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", script, str(path)])
        while not path.exists():
            assert writer.poll() is None
        for _ in range(100):
            assert _whole(path.read_bytes())
        writer.send_signal(signal.SIGKILL)
        assert writer.wait(WAIT_S) == -signal.SIGKILL
        assert _whole(path.read_bytes())
        path.unlink()


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("action", ["enospc", "eio", "interrupt"])
@pytest.mark.parametrize("before", [None, b"what was there"])
def test_a_failed_write_leaves_no_temp_file_and_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str, action: str, before: bytes | None
) -> None:
    path = tmp_path / "file"
    if before is not None:
        path.write_bytes(before)
    arm(monkeypatch, f"{point}={action}")
    with pytest.raises(KeyboardInterrupt if action == "interrupt" else OSError):
        write_atomic(path, b"new")
    assert list(tmp_path.iterdir()) == ([] if before is None else [path])
    assert before is None or path.read_bytes() == before


def test_a_folder_that_cannot_be_synced_is_an_error_and_the_file_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    arm(monkeypatch, "durable.fsync_folder=eio")
    with pytest.raises(OSError, match=r"durable\.fsync_folder"):
        write_atomic(path, b"new")
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"new"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the real calls below were made with, in order: (what, on which file)."""
    made: list[tuple[str, str]] = []

    def note(owner: Any, name: str, what: str) -> None:
        real = getattr(owner, name)

        def noted(target: Any, *rest: Any, **options: Any) -> Any:
            is_open = isinstance(target, int)
            where = Path(f"/proc/self/fd/{target}").readlink() if is_open else Path(target)
            made.append((what, where.name))
            return real(target, *rest, **options)

        monkeypatch.setattr(owner, name, noted)

    note(durable, "_sync_data", "sync")
    note(os, "fsync", "sync")
    note(os, "replace", "rename")
    note(Path, "unlink", "unlink")
    return made


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc to name descriptors")
class TestOrder:
    def test_the_content_is_synced_then_renamed_then_the_folder_is_synced(
        self, tmp_path: Path, calls: list[tuple[str, str]]
    ) -> None:
        write_atomic(tmp_path / "file", b"content")
        (first, temp), *rest = calls
        assert first == "sync" and temp.startswith(".file.") and temp.endswith(".tmp")
        assert rest == [("rename", temp), ("sync", tmp_path.name)]

    def test_a_write_that_need_not_last_syncs_its_content_only(
        self, tmp_path: Path, calls: list[tuple[str, str]]
    ) -> None:
        write_atomic(tmp_path / "file", b"content", durable=False)
        assert [what for what, _ in calls] == ["sync", "rename"]

    def test_each_new_folder_is_synced_in_its_parent_and_a_known_one_is_left_alone(
        self, tmp_path: Path, calls: list[tuple[str, str]]
    ) -> None:
        make_folder(tmp_path)
        calls.clear()
        make_folder(tmp_path / "a" / "b")
        assert calls == [("sync", tmp_path.name), ("sync", "a")]
        make_folder(tmp_path / "a" / "b")
        assert len(calls) == 2

    def test_a_folder_that_could_not_be_synced_is_synced_with_the_next_try(
        self, tmp_path: Path, calls: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_folder(tmp_path)
        arm(monkeypatch, "durable.fsync_folder=eio@1!")
        with pytest.raises(OSError, match="Input/output"):
            make_folder(tmp_path / "a")
        calls.clear()
        make_folder(tmp_path / "a")
        assert calls == [("sync", tmp_path.name)]

    def test_a_folder_that_was_removed_is_made_and_synced_again(
        self, tmp_path: Path, calls: list[tuple[str, str]]
    ) -> None:
        make_folder(tmp_path)
        for _ in range(2):
            calls.clear()
            make_folder(tmp_path / "a")
            assert calls == [("sync", tmp_path.name)]
            (tmp_path / "a").rmdir()

    def test_a_folder_of_another_process_is_synced_once_for_that_one_may_not_have_come_to_it(
        self, tmp_path: Path, calls: list[tuple[str, str]]
    ) -> None:
        (tmp_path / "a").mkdir()
        make_folder(tmp_path / "a")
        make_folder(tmp_path / "a")
        assert calls == [("sync", tmp_path.name)]


def test_syncing_a_folder_leaves_no_descriptor_open_even_when_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_folder(tmp_path)

    def broken(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output"):
        sync_folder(tmp_path)
    assert open_below(tmp_path) == []


def test_temporary_names_are_never_shared(tmp_path: Path) -> None:
    names: list[Path] = []

    def take() -> None:
        names.extend(durable.temp_beside(tmp_path / "file") for _ in range(200))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == 800
