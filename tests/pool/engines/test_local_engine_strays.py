"""Workers that joined though the engine had given them up."""

import subprocess
import sys
from pathlib import Path

import psutil

from gristmill.pool.engines.local.engine import LocalEngine
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.jobs.workers import Death, Loss, Manner
from gristmill.storage.layout import DataFolder


def test_a_worker_that_the_engine_does_not_watch_is_reported_when_it_ends(tmp_path: Path) -> None:
    folder = DataFolder.open(tmp_path)
    engine = LocalEngine(folder, Settings(data=str(tmp_path)), 1, lambda _: None)
    stray = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    worker = WorkerId(stray.pid, psutil.Process(stray.pid).create_time())
    engine.join(worker)
    assert engine.wait(0.0) == []
    stray.kill()
    stray.communicate()
    assert engine.wait(0.0) == [Loss(worker, Death(Manner.VANISHED), None)]
    assert engine.wait(0.0) == [] and engine.workers() == set()
