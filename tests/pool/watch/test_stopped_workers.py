"""A worker that somebody stopped goes over its time, and its document is not to blame."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from support.running import until

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.engines.local.seats import Seats
from gristmill.pool.intake import new_job_id
from gristmill.pool.watch.limits import LimitKeeper
from gristmill.pool.watch.roster import Roster
from gristmill.pool.worker.board import Board, Post
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.jobs.workers import Death, Loss
from gristmill.schemas.outcomes.retry import Failure


@pytest.fixture
def worker() -> Iterator[psutil.Process]:
    """A process that works on nothing."""
    program = [sys.executable, "-c", "input()"]
    with subprocess.Popen(program, stdin=subprocess.PIPE) as child:
        yield psutil.Process(child.pid)
        child.kill()


@pytest.mark.parametrize(
    ("stopped", "failure"), [(True, Failure.KILLED), (False, Failure.TIMEOUT)], ids=str
)
def test_what_a_worker_is_ended_for_when_its_time_is_over(
    worker: psutil.Process, tmp_path: Path, stopped: bool, failure: Failure
) -> None:
    board, roster = Board.create(tmp_path / "board", 1), Roster()
    queue = JobQueue(9, 300.0, on_started=lambda _: None, on_finished=lambda _: None)
    seats = Seats(board, queue.enrol)
    known = WorkerId(worker.pid, worker.create_time())
    Post(board, seats.join(known), known).start(new_job_id(), 3, timeout_s=0.0)
    if stopped:
        os.kill(worker.pid, signal.SIGSTOP)
        until(lambda: worker.status() == psutil.STATUS_STOPPED, "its stop")
    ended: list[WorkerId] = []
    LimitKeeper(queue, roster, 1 << 50).tick(seats.glimpses(), ended.append)
    assert ended == [known]
    departure = roster.depart(Loss(known, Death.of_exit_code(-9), None))
    assert departure.sentence is not None and departure.sentence.failure is failure
