"""The desk of a node's workers: served to them in the queue's place, which is a network away."""

import threading
import time
from collections.abc import Callable, Sequence

from gristmill.schemas.cluster import News
from gristmill.schemas.jobs.tasks import Report, Task, WorkerId
from gristmill.schemas.jobs.workers import Loss


class Relay:
    """Collects what workers say and hands them what comes. Thread-safe: they come through the
    Manager, the foreman's loop tells the supervisor.

    `seats` workers may ask for work at once, the others are spare."""

    def __init__(self, seats: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._seats, self._clock = seats, clock
        self._changed = threading.Condition()
        self._news = News()
        self._held: dict[WorkerId, dict[int, Task]] = {}
        self._inbox: dict[WorkerId, list[Task]] = {}
        self._asked: set[WorkerId] = set()
        self._stopped = False

    # -- workers ------------------------------------------------------------------------------

    def enrol(self, worker: WorkerId) -> None:
        with self._changed:
            self._held[worker] = {}
            self._news.joined.append(worker)
            self._changed.notify_all()

    def lease(
        self, worker: WorkerId, finished: Sequence[Report], wait_s: float
    ) -> list[Task] | None:
        """As the queue's. A worker that does not wait gets what is there for it, and asks for
        more only when it has nothing left to report."""
        deadline = self._clock() + wait_s
        with self._changed:
            self._settle(worker, finished)
            while not self._stopped and worker in self._held:
                if tasks := self._inbox.pop(worker, None):
                    self._held[worker].update((task.task_id, task) for task in tasks)
                    return tasks
                if wait_s > 0:
                    self._ask(worker)
                if (left := deadline - self._clock()) <= 0:
                    return []
                self._changed.wait(left)
            return None

    def report(self, worker: WorkerId, finished: Sequence[Report]) -> None:
        with self._changed:
            self._settle(worker, finished)

    def leave(self, worker: WorkerId, finished: Sequence[Report]) -> None:
        with self._changed:
            self._settle(worker, finished)
            if worker in self._held:
                self._news.left.append(worker)
                self._forget(worker)

    # -- the foreman --------------------------------------------------------------------------

    def lost(self, loss: Loss) -> None:
        """A worker is gone: what it held is the supervisor's to judge."""
        with self._changed:
            if loss.worker in self._held:
                self._news.lost.append(loss)
                self._forget(loss.worker)

    def workers_with_leases(self) -> set[WorkerId]:
        with self._changed:
            return {worker for worker, held in self._held.items() if held}

    def jobs(self) -> set[str]:
        """The jobs of which a worker has a task, or is about to get one."""
        with self._changed:
            held = [*(each.values() for each in self._held.values()), *self._inbox.values()]
            return {task.job_id for tasks in held for task in tasks}

    def give(self, worker: WorkerId, tasks: Sequence[Task]) -> None:
        """Tasks have come for a worker. One that is gone, or ended in between, was reported as
        such, and the supervisor takes back what it was sent."""
        with self._changed:
            self._asked.discard(worker)
            if worker in self._held:
                self._inbox.setdefault(worker, []).extend(tasks)
                self._changed.notify_all()

    def give_back(self, worker: WorkerId, tasks: Sequence[Task]) -> None:
        """Tasks that cannot be done here."""
        with self._changed:
            self._asked.discard(worker)
            if worker in self._held:
                back = [Report(task.task_id, released=True) for task in tasks]
                self._news.reports.append((worker, back))
                self._changed.notify_all()

    def stop(self) -> None:
        """Every worker is told to stop when it asks next."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def news(self, wait_s: float) -> News:
        """What was said since; waits up to `wait_s` seconds for somebody to say something."""
        with self._changed:
            if not _says_something(self._news):
                self._changed.wait(wait_s)
            news, self._news = self._news, News()
            return news

    # -- under the lock -----------------------------------------------------------------------

    def _ask(self, worker: WorkerId) -> None:
        if worker not in self._asked and self._is_seated(worker):
            self._asked.add(worker)
            self._news.asks.append(worker)
            self._changed.notify_all()

    def _is_seated(self, worker: WorkerId) -> bool:
        """The first come are; whoever leaves makes room."""
        return list(self._held).index(worker) < self._seats

    def _settle(self, worker: WorkerId, finished: Sequence[Report]) -> None:
        held = self._held.get(worker)
        if finished and held is not None:
            self._news.reports.append((worker, list(finished)))
            for report in finished:
                held.pop(report.task_id, None)
            self._changed.notify_all()

    def _forget(self, worker: WorkerId) -> None:
        del self._held[worker]
        self._inbox.pop(worker, None)
        self._asked.discard(worker)
        self._changed.notify_all()


def _says_something(news: News) -> bool:
    return bool(news.joined or news.reports or news.left or news.lost or news.asks)
