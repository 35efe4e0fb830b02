"""Gives workers elsewhere what the queue has for them."""

import logging
import queue as queues
import threading
from collections import OrderedDict
from collections.abc import Callable

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.engines.dask.nodes import Nodes
from gristmill.schemas.cluster import Orders
from gristmill.schemas.jobs.manifest import JobError, Manifest
from gristmill.schemas.jobs.tasks import WITHDRAWN, Report, Task, WorkerId
from gristmill.schemas.problems.errors import GristmillError
from gristmill.storage.manifests import Manifests

_WAIT_S = 0.2
_CACHED = 64
_DISK_RETRY_S = 1.0
_log = logging.getLogger(__name__)


class Dispatcher:
    """A thread. `in_loop` has something done in the cluster's loop, in the order of the calls."""

    def __init__(
        self,
        queue: JobQueue,
        manifests: Manifests,
        nodes: Nodes,
        in_loop: Callable[[Callable[[], None]], None],
    ) -> None:
        self._queue, self._manifests, self._nodes = queue, manifests, nodes
        self._in_loop = in_loop
        self._hungry: queues.SimpleQueue[WorkerId] = queues.SimpleQueue()
        self._cache: OrderedDict[str, Manifest] = OrderedDict()
        self._drained = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(2 * _WAIT_S)

    def alive(self) -> bool:
        return self._thread.is_alive()

    def ask_for(self, worker: WorkerId) -> None:
        """A worker has nothing to do."""
        self._hungry.put(worker)

    def forget(self, job_id: str) -> None:
        """The manifest of a job has changed."""
        self._cache.pop(job_id, None)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                worker = self._hungry.get(timeout=_WAIT_S)
            except queues.Empty:
                continue
            self._serve(worker)

    def _serve(self, worker: WorkerId) -> None:
        tasks = self._queue.lease(worker, (), _WAIT_S)
        if tasks:
            self._send(worker, tasks)
        elif tasks is not None:
            # Behind the others that wait: all are equal.
            self._hungry.put(worker)
        elif self._queue.stats().draining and not self._drained:
            self._drained = True
            self._in_loop(self._drain)

    def _drain(self) -> None:
        for node in self._nodes.all():
            node.order(Orders(drain=True))

    def _send(self, worker: WorkerId, tasks: list[Task]) -> None:
        try:
            manifests = {each.job_id: self._manifest(each.job_id) for each in tasks}
        except (OSError, GristmillError) as trouble:
            # As a worker does that cannot read: they are leased again a moment later.
            _log.warning("tasks are handed out later: %s", trouble)
            back = [Report(t.task_id, released=True, delay_s=_DISK_RETRY_S) for t in tasks]
            self._queue.report(worker, back)
            self._hungry.put(worker)
            return
        found = [task for task in tasks if manifests[task.job_id] is not None]
        if len(found) < len(tasks):
            error = JobError("withdrawn", WITHDRAWN)
            gone = [Report(t.task_id, error=error) for t in tasks if t not in found]
            self._queue.report(worker, gone)
        if not found:
            self._hungry.put(worker)
            return
        known = [each for each in manifests.values() if each is not None]
        self._in_loop(lambda: self._order(worker, found, known))

    def _order(self, worker: WorkerId, tasks: list[Task], manifests: list[Manifest]) -> None:
        node = self._nodes.of(worker)
        if node is None:
            # Given up meanwhile: its workers' leases are taken back.
            return
        new = [each for each in manifests if each.job_id not in node.known]
        node.known.update(each.job_id for each in new)
        node.order(Orders(tasks=[(node.local(worker), tasks)], manifests=new))

    def _manifest(self, job_id: str) -> Manifest | None:
        found = self._cache.get(job_id) or self._manifests.read_pending(job_id)
        if found is not None:
            self._cache[job_id] = found
            if len(self._cache) > _CACHED:
                self._cache.popitem(last=False)
        return found
