"""RQ without a fork a job: quicker, but a job takes its worker down with it."""

from benchmarks.peers import rq_queue
from benchmarks.peers.broker import REDIS_SETTINGS
from benchmarks.peers.rq_queue import enqueue, left

__all__ = ["PACKAGE", "SETTINGS", "enqueue", "left", "worker"]
PACKAGE = rq_queue.PACKAGE
SETTINGS = f"worker pool of SimpleWorkers (no forks), no results kept, {REDIS_SETTINGS}"


def worker(processes: int, broker: str) -> list[str]:
    return [*rq_queue.worker(processes, broker), "--worker-class", "rq.worker.SimpleWorker"]
