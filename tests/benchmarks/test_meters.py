"""What is counted by role, and how a folder is cut into uploads."""

from pathlib import Path

import pytest

from benchmarks.harness.fsyncs import by_role, traced
from benchmarks.harness.meters import cpu_between, disk_bytes, pss_figures
from benchmarks.harness.uploads import requests

FRESH = {"supervisor": 0.0, "web": 0.0, "forkserver": 0.0, "workers": 0.0}


def test_fsyncs_between_two_moments_are_counted_by_role() -> None:
    roles = {1: "supervisor", 2: "supervisor", 3: "web", 4: "workers"}
    counts = by_role({1: 5, 3: 1}, {1: 7, 2: 4, 3: 9, 99: 50}, roles)
    assert counts == {**FRESH, "supervisor": 6, "web": 8}


def test_a_call_that_was_interrupted_counts_once(tmp_path: Path) -> None:
    lines = ["fsync(3) = 0", "fdatasync(4 <unfinished ...>", "<... fdatasync resumed>) = 0"]
    (tmp_path / "trace.17").write_text("\n".join(lines))
    assert traced(tmp_path / "trace") == {17: 2}


def test_cpu_is_told_for_each_job_and_without_the_forkserver() -> None:
    figures = cpu_between(FRESH, {**FRESH, "web": 3.0, "forkserver": 1.0}, 1_000)
    assert figures == {"supervisor ms": 0, "web ms": 3, "workers ms": 0}


def test_memory_is_told_together_and_by_role() -> None:
    figures = pss_figures({**FRESH, "web": 20.0, "workers": 30.0}, "idle")
    assert figures["PSS MB, idle"] == 50
    assert figures["web MB, idle"] == 20


def test_a_folder_takes_whole_blocks(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "file").write_bytes(b"x" * 5_000)
    assert disk_bytes(tmp_path) >= 5_000


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([], []),
        ([1], [1]),
        ([1] * 130, [64, 64, 2]),
        ([20_000_000, 20_000_000, 1], [1, 2]),
        ([40_000_000, 1], [1, 1]),
    ],
    ids=["nothing", "one", "many", "large", "too large"],
)
def test_uploads_hold_so_many_files_and_bytes(
    sizes: list[int], expected: list[int], tmp_path: Path
) -> None:
    files = []
    for number, size in enumerate(sizes):
        files.append(tmp_path / str(number))
        with open(files[-1], "wb") as file:
            file.truncate(size)
    batches = list(requests(files))
    assert [len(batch) for batch in batches] == expected
    assert [path for batch in batches for path in batch] == files
