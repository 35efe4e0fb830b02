"""Whether more can be accepted: measured now and then, and known at once where a file tells."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from gristmill.pool.intake import room as room_module
from gristmill.pool.intake.room import Room
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.problems.errors import MemoryShort, StorageFailed, StorageFull
from gristmill.schemas.problems.library_errors import LibraryDamaged
from gristmill.storage.damage import clear_note, note_damage
from gristmill.storage.layout import DataFolder

PLENTY = Settings(min_free_disk_mb=0, min_free_memory_mb=0)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.open(tmp_path / "data")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that a room sees, in its only element; it stands still."""
    now = [1000.0]
    monkeypatch.setattr(room_module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


@pytest.mark.usefixtures("clock")
def test_damage_that_was_just_noted_closes_the_intake_at_once(folder: DataFolder) -> None:
    room = Room(folder.root, PLENTY)
    assert room.shortage() is None
    note_damage(folder.library, "a page was garbled")
    assert isinstance(room.shortage(), LibraryDamaged)
    clear_note(folder.library)
    assert room.shortage() is None


@pytest.mark.usefixtures("clock")
def test_a_folder_that_went_a_moment_ago_takes_nothing(folder: DataFolder) -> None:
    room = Room(folder.root, PLENTY)
    assert room.shortage() is None
    folder.root.rename(folder.root.with_name("away"))
    assert isinstance(room.shortage(), StorageFailed)


def test_disk_and_memory_are_measured_at_most_four_times_a_second(
    folder: DataFolder, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Room(folder.root, Settings(min_free_disk_mb=0, min_free_memory_mb=64))
    assert room.shortage() is None
    monkeypatch.setattr(room_module, "available_memory", lambda: 0)
    clock[0] += 0.24
    assert room.shortage() is None
    clock[0] += 0.02
    assert isinstance(room.shortage(), MemoryShort)
    monkeypatch.setattr(room_module, "free_on", lambda root: (0, 3))
    clock[0] += 0.25
    assert isinstance(room.shortage(), StorageFull)
