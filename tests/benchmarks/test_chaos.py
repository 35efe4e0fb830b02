"""The storm itself: its plan, and ten seconds of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.patience import patient

ROOT = Path(__file__).parents[2]


def _chaos(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.chaos", *args],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=patient(280),
    )


@pytest.mark.slow
def test_a_seed_always_plans_the_same_blows() -> None:
    one, again = (_chaos("--plan", "--minutes", "1", "--seed", "7").stdout for _ in range(2))
    other = _chaos("--plan", "--minutes", "1", "--seed", "8").stdout
    assert one == again != other
    assert len(one.splitlines()) > 30


@pytest.mark.chaos
@pytest.mark.timeout(300)
def test_a_storm_of_ten_seconds_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    # Not in tmp_path: so long a name, for the data and for TMPDIR, no socket's address can have.
    done = _chaos("--minutes", "0.17", "--seed", "7", "--json", str(report))
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(report.read_text())
    assert told["accepted"] > 0 and sum(told["kills"].values()) > 0
    assert told["audit"]["lost"] == told["audit"]["duplicated"] == {}
    assert told["remains"] == {"processes": [], "temp_files": []}
