"""Workers that joined though the engine had given them up."""

import subprocess
import sys
from pathlib import Path

import psutil

from gristmill.pool.engines.local import LocalEngine
from gristmill.pool.engines.protocol import Loss
from gristmill.pool.processes.ladder import KillLadder
from gristmill.pool.watch.roster import Roster
from gristmill.pool.worker.board import Board
from gristmill.schemas.settings import Settings
from gristmill.schemas.tasks import WorkerId


def test_a_member_that_the_engine_does_not_watch_is_reported_when_it_ends(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    roster = Roster(Board.create(tmp_path / "run" / "board", 2))
    engine = LocalEngine(Settings(data=str(tmp_path)), 1, roster, KillLadder())
    stray = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    roster.join(WorkerId(stray.pid, psutil.Process(stray.pid).create_time()))
    assert engine.wait(0.0) == []
    stray.kill()
    stray.communicate()
    assert engine.wait(0.0) == [Loss(stray.pid, None)]
