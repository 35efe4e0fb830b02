"""What a process counts is seen by all, and outlives it."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gristmill.schemas.telemetry.measures import OTHER, Kind, Layout, Measure
from gristmill.storage.layout import DataFolder
from gristmill.storage.records.meters import Meter, read_meters

HATS = Measure("hats", Kind.COUNTER, "Hats.", (("colour", ("red", "blue", OTHER)),))
WAITS = Measure("waits", Kind.HISTOGRAM, "Waits.", buckets=(1.0, 2.0))
LAYOUT = Layout((HATS, WAITS))


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.open(tmp_path / "data")


def seen(folder: DataFolder, name: str = "web") -> dict[str, list[float]]:
    return {writer.name: numbers for writer, numbers in read_meters(folder, name, LAYOUT)}


def test_what_is_counted_is_seen_at_once(folder: DataFolder) -> None:
    meter = Meter.one_of(folder, "web", LAYOUT)
    meter.count(HATS, "blue")
    meter.count(HATS, "blue", by=2)
    for value in (0.5, 1.0, 1.5, 9.0):
        meter.observe(WAITS, value)
    assert meter.is_shared
    assert seen(folder) == {"web-1": [0, 3, 0, 2, 1, 1, 12.0]}


def test_a_label_that_nobody_has_named_is_counted_as_other(folder: DataFolder) -> None:
    meter = Meter.one_of(folder, "web", LAYOUT)
    meter.count(HATS, "../../green\n")
    assert seen(folder)["web-1"][:3] == [0, 0, 1]


def test_each_living_process_has_a_file_and_a_newcomer_goes_on_where_one_ended(
    folder: DataFolder,
) -> None:
    first, second = (Meter.one_of(folder, "web", LAYOUT) for _ in range(2))
    first.count(HATS, "red")
    second.count(HATS, "red")
    first.close()
    assert set(seen(folder)) == {"web-1", "web-2"}
    again = Meter.one_of(folder, "web", LAYOUT)
    again.count(HATS, "red")
    assert {name: numbers[0] for name, numbers in seen(folder).items()} == {"web-1": 2, "web-2": 1}


KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[2])
from test_shared_meters import HATS, LAYOUT
from gristmill.storage.layout import DataFolder
from gristmill.storage.records.meters import Meter
Meter.one_of(DataFolder.open(sys.argv[1]), "web", LAYOUT).count(HATS, "red", by=5)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="there are no such signals")
def test_what_a_killed_process_has_counted_stays_and_its_place_is_free(folder: DataFolder) -> None:
    command = [sys.executable, "-c", KILLED, str(folder.root), str(Path(__file__).parent)]
    for _ in range(2):
        assert subprocess.run(command, check=False).returncode < 0
    assert {name: numbers[0] for name, numbers in seen(folder).items()} == {"web-1": 10}


def test_threads_that_count_at_once_lose_nothing(folder: DataFolder) -> None:
    meter = Meter.one_of(folder, "web", LAYOUT)

    def count() -> None:
        for _ in range(5_000):
            meter.count(HATS, "red")

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen(folder)["web-1"][0] == 20_000


def test_numbers_of_another_version_are_left_out_and_begun_anew(folder: DataFolder) -> None:
    older = Layout((HATS,))
    Meter.only_of(folder, "supervisor", older).count(HATS, "red")
    assert seen(folder, "supervisor") == {}
    Meter.only_of(folder, "supervisor", LAYOUT).count(HATS, "blue")
    assert seen(folder, "supervisor")["supervisor"][:3] == [0, 1, 0]


def test_names_that_begin_alike_are_not_mixed_up(folder: DataFolder) -> None:
    Meter.only_of(folder, "webster", LAYOUT)
    Meter.one_of(folder, "web", LAYOUT)
    assert set(seen(folder)) == {"web-1"}


def test_where_no_file_can_be_made_a_process_counts_for_itself(
    folder: DataFolder, caplog: pytest.LogCaptureFixture
) -> None:
    folder.meters.write_text("in the way")
    meter = Meter.one_of(folder, "web", LAYOUT)
    meter.count(HATS, "red")
    assert not meter.is_shared and meter.numbers()[0] == 1
    assert "seen by no other" in caplog.text


def test_a_file_that_was_cut_is_no_number_of_anybody(folder: DataFolder) -> None:
    meter = Meter.one_of(folder, "web", LAYOUT)
    meter.close()
    (folder.meters / "web-1").write_bytes(b"")
    assert seen(folder) == {}
