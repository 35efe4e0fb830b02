"""A worker that is held right before its commit, while its lease is taken away and run by another.

python -m support.late_finisher DATA CASE      with the local engine; prints an Outcome as JSON
"""

import contextlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import psutil
from support.one_thread import Mill, Worker
from support.running import until

from gristmill.pool.dispatch.pending_job import Replacement
from gristmill.pool.engines.local.engine import LocalEngine
from gristmill.pool.engines.protocol import Engine
from gristmill.pool.serving.served import served
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.problems.errors import StorageFailed
from gristmill.storage.library import Library

LEASED_AGAIN, RETRIED = "leased_again", "retried"
CASES = (LEASED_AGAIN, RETRIED)


class Outcome(NamedTuple):
    """`late`: documents of the job that have a row once the late worker has come and gone; of
    those, `before` were there already. `counts` and `stored` are the end of it all."""

    before: int
    late: int
    succeeded: int
    total: int
    stored: int
    runs: int


def come_late(
    mill: Mill, engine: Engine, case: str, is_held: Callable[[], bool], let_go: Callable[[], None]
) -> Outcome:
    """Have the engine's one worker held at its commit, give its lease to one of the mill's, let it
    go, and see what it changes."""
    job_id = mill.submit("Wheat and rye.").manifest.job_id
    engine.start()
    until(is_held, "the worker at its commit")
    _take_away(mill, engine)
    if case == RETRIED:
        with contextlib.suppress(StorageFailed):
            # Nobody settles while it waits for that.
            mill.control.cancel(job_id)
        mill.settle()
        assert mill.ended(job_id).state is JobState.CANCELLED
        mill.control.retry(job_id)
    other = mill.workers[0]
    assert other.lease()
    if case == LEASED_AGAIN:
        _finish(other)
    before = _rows(mill, job_id)
    let_go()
    until(lambda: engine.wait(0.05) or not engine.workers(), "the end of the late worker")
    late = _rows(mill, job_id)
    if case == RETRIED:
        _finish(other)
    mill.until_idle()
    ended = mill.ended(job_id)
    with Library.open(mill.folder.library) as library:
        stored = library.stats()["documents"]
    return Outcome(before, late, ended.counts.succeeded, ended.counts.total, stored, ended.run)


def _take_away(mill: Mill, engine: Engine) -> None:
    """As for a worker that nobody hears of any more."""
    (worker,) = engine.workers()
    tasks = mill.queue.revoke(worker)
    assert tasks
    for task in tasks:
        mill.queue.replace(task, [Replacement(task)])


def _finish(worker: Worker) -> None:
    worker.work()
    worker.lease()


def _rows(mill: Mill, job_id: str) -> int:
    with Library.open(mill.folder.library) as library:
        return library.counts(job_id).total


class _Door:
    """What workers ask of the control."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def join(self, worker: WorkerId) -> int:
        return self._engine.join(worker)


def _main(data: str, case: str) -> None:
    mill = Mill(Path(data))
    engine = LocalEngine(mill.folder, mill.settings, 1, mill.queue.enrol)

    def held() -> bool:
        return any(_process(each).status() == psutil.STATUS_STOPPED for each in engine.workers())

    def let_go() -> None:
        for worker in engine.workers():
            _process(worker).resume()

    door: Any = _Door(engine)
    with served(mill.folder, mill.queue, door):
        outcome = come_late(mill, engine, case, held, let_go)
        mill.queue.drain()
        engine.stop(10.0)
    mill.close()
    sys.stdout.write(json.dumps(outcome._asdict()))


def _process(worker: WorkerId) -> psutil.Process:
    return psutil.Process(worker.pid)


if __name__ == "__main__":
    _main(*sys.argv[1:])
