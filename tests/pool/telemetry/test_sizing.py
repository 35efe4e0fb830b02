"""What lies in a folder is added up a little at a time."""

from pathlib import Path

import pytest

from gristmill.pool.telemetry import sizing
from gristmill.pool.telemetry.sizing import Sizing
from gristmill.schemas.telemetry import service_measures as measures
from gristmill.storage.layout import DataFolder
from gristmill.storage.records.meters import Meter


def spool_bytes(meter: Meter) -> float:
    return meter.numbers()[measures.SUPERVISOR_LAYOUT.place(measures.SPOOL_BYTES, ())]


@pytest.mark.parametrize("files", [0, 3, 10])
def test_all_files_are_added_up_in_as_many_ticks_as_it_takes(
    files: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizing, "_FILES_A_TICK", 4)
    folder, meter = DataFolder.open(tmp_path / "data"), Meter(measures.SUPERVISOR_LAYOUT)
    for number in range(files):
        place = folder.spool / f"{number % 3:02}"
        place.mkdir(exist_ok=True)
        (place / str(number)).write_bytes(bytes(100))
    keeper, ticks = Sizing(folder, meter), 0
    while keeper.is_looking or not ticks:
        keeper.tick()
        ticks += 1
    assert spool_bytes(meter) == files * 100
    assert ticks == files // 4 + 1


def test_it_is_not_looked_again_before_its_time(tmp_path: Path) -> None:
    folder, meter = DataFolder.open(tmp_path / "data"), Meter(measures.SUPERVISOR_LAYOUT)
    keeper = Sizing(folder, meter)
    keeper.tick()
    (folder.spool / "new").write_bytes(bytes(100))
    keeper.tick()
    assert spool_bytes(meter) == 0
