"""The end of the local engine."""

import multiprocessing
import signal
import time
from pathlib import Path

import psutil

from gristmill.pool.engines.local.engine import LocalEngine
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.storage.layout import DataFolder


def test_stopping_takes_no_longer_than_the_last_worker(tmp_path: Path) -> None:
    # The end of the first must not hide that of the second.
    folder = DataFolder.open(tmp_path)
    engine = LocalEngine(folder, Settings(data=str(tmp_path)), 2, lambda _: None)
    workers = [multiprocessing.get_context("spawn").Process(target=signal.pause) for _ in range(2)]
    for worker in workers:
        worker.start()
        assert worker.pid is not None
        engine.join(WorkerId(worker.pid, psutil.Process(worker.pid).create_time()))
        engine._registry.add(worker)
        worker.kill()
    started = time.monotonic()
    assert sorted(loss.worker.pid for loss in engine.stop(60.0)) == sorted(
        w.pid or 0 for w in workers
    )
    assert time.monotonic() - started < 30
