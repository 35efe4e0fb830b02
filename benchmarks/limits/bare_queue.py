"""The queue by itself, served as the supervisor serves it: no job is stored, started or settled.

    python -m benchmarks.limits.bare_queue DATA TASKS

Holds one job of so many tasks. Prints `ready` and serves until its standard input ends.
"""

import sys
from pathlib import Path
from typing import Any

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.dispatch.pending_job import PendingJob
from gristmill.pool.serving.served import served
from gristmill.schemas.jobs.offers import Offer
from gristmill.schemas.jobs.tasks import Group, Report, WorkerId
from gristmill.storage.layout import DataFolder

_TIMEOUT_S = 300.0


class _Control:
    """As much of the supervisor's control as a worker needs to begin."""

    def __init__(self, queue: JobQueue) -> None:
        self._queue = queue

    def join(self, worker: WorkerId) -> int:
        self._queue.enrol(worker)
        return 0


def _ignore(entry: PendingJob) -> None:
    pass


def main(data: str, tasks: str) -> None:
    folder = DataFolder.open(Path(data))
    queue = JobQueue(1_000_000, _TIMEOUT_S, on_started=_ignore, on_finished=_ignore)
    _fill(queue, int(tasks))
    control: Any = _Control(queue)
    with served(folder, queue, control):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.read()


def _fill(queue: JobQueue, tasks: int) -> None:
    """As a planned job of so many dear documents leaves the queue."""
    planner = WorkerId(0, 0.0)
    queue.enrol(planner)
    queue.offer(Offer("bench", "bench"))
    (plan,) = queue.lease(planner, [], 0.0) or []
    groups = tuple(Group(number, number + 1) for number in range(tasks))
    queue.leave(planner, [Report(plan.task_id, groups=groups)])


if __name__ == "__main__":
    main(*sys.argv[1:])
