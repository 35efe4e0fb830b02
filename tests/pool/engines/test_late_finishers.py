"""A worker whose lease was taken away comes too late, whichever engine runs it."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.arming import arm
from support.late_finisher import CASES, LEASED_AGAIN, RETRIED, Outcome, come_late
from support.one_thread import Mill
from support.selection import rest_slow

from gristmill.pool.engines.inline import InlineEngine
from gristmill.storage import faults

TESTS = Path(__file__).parents[2]
EXPECTED = {
    LEASED_AGAIN: Outcome(before=1, late=1, succeeded=1, total=1, stored=1, runs=1),
    RETRIED: Outcome(before=0, late=0, succeeded=1, total=1, stored=1, runs=2),
}


@pytest.mark.parametrize("case", rest_slow(*CASES))
def test_a_late_finisher_of_the_local_engine_is_refused(tmp_path: Path, case: str) -> None:
    env = {"GRISTMILL_FAULTS": f"commit.before=stop#{tmp_path / 'once'}"}
    command = [sys.executable, "-m", "support.late_finisher", str(tmp_path / "data"), case]
    done = subprocess.run(
        command, cwd=TESTS, env={**os.environ, **env}, capture_output=True, text=True, timeout=90
    )
    assert done.returncode == 0, done.stderr
    assert Outcome(**json.loads(done.stdout)) == EXPECTED[case]
    assert "after its lease was taken away; what it brought is refused" in done.stderr


@pytest.fixture
def mill(tmp_path: Path) -> Iterator[Mill]:
    made = Mill(tmp_path / "data")
    yield made
    made.close()


@pytest.mark.parametrize("case", rest_slow(*CASES))
def test_a_late_finisher_of_the_inline_engine_is_refused(
    mill: Mill,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    case: str,
) -> None:
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        held.set()
        assert free.wait(30.0)

    monkeypatch.setitem(faults.ACTIONS, "hold", hold)
    arm(monkeypatch, "commit.before=hold@1!")
    engine = InlineEngine(mill.stores, mill.settings, mill.queue)
    try:
        assert come_late(mill, engine, case, held.is_set, free.set) == EXPECTED[case]
    finally:
        free.set()
        engine.stop(10.0)
    assert "after its lease was taken away; what it brought is refused" in caplog.text
