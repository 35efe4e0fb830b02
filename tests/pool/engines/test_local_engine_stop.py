"""The end of the local engine."""

import multiprocessing
import signal
import time
from pathlib import Path

import psutil

from gristmill.pool.engines.local import LocalEngine
from gristmill.pool.processes.ladder import KillLadder
from gristmill.pool.watch.roster import Roster
from gristmill.pool.worker.board import Board
from gristmill.schemas.settings import Settings
from gristmill.schemas.tasks import WorkerId


def test_stopping_takes_no_longer_than_the_last_worker(tmp_path: Path) -> None:
    # Nobody takes dead workers off the roster any more: the first must not hide the second.
    (tmp_path / "run").mkdir()
    roster = Roster(Board.create(tmp_path / "run" / "board", 2))
    engine = LocalEngine(Settings(data=str(tmp_path)), 2, roster, KillLadder())
    workers = [multiprocessing.get_context("spawn").Process(target=signal.pause) for _ in range(2)]
    for worker in workers:
        worker.start()
        assert worker.pid is not None
        roster.join(WorkerId(worker.pid, psutil.Process(worker.pid).create_time()))
        engine._registry.add(worker)
        worker.kill()
    started = time.monotonic()
    assert sorted(loss.pid for loss in engine.stop(60.0)) == sorted(w.pid or 0 for w in workers)
    assert time.monotonic() - started < 30
