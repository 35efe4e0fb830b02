"""What the queue has is sent to nodes, or given back."""

from collections.abc import Callable
from typing import cast

from support.job_samples import queued
from support.running import until

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.engines.dask.dispatcher import Dispatcher
from gristmill.pool.engines.dask.nodes import Nodes
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.offers import offer_of
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.storage.manifests import Manifests


class SickDisk:
    """Manifests, the first look at which fails."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest, self.looks = manifest, 0

    def read_pending(self, job_id: str) -> Manifest:
        self.looks += 1
        if self.looks == 1:
            raise OSError(5, "Input/output error")
        return self.manifest


def test_a_manifest_that_cannot_be_read_is_tried_again_and_ends_no_thread() -> None:
    job, ann = queued(), WorkerId(1, 1.0, "node")
    queue = JobQueue(10, 60.0, on_started=lambda _: None, on_finished=lambda _: None)
    queue.enrol(ann)
    queue.offer(offer_of(job))
    sent: list[Callable[[], None]] = []
    disk = SickDisk(job)
    dispatcher = Dispatcher(queue, cast(Manifests, disk), Nodes(8.0), sent.append)
    dispatcher.start()
    try:
        dispatcher.ask_for(ann)
        until(lambda: sent, "the task on its way")
        assert disk.looks == 2 and dispatcher.alive()
        assert [ann] == queue.holders(job.job_id)
    finally:
        dispatcher.stop()
