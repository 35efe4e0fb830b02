"""RQ on Redis, with a fork a job, as it recommends."""

from redis import Redis
from rq import Queue

from benchmarks.peers.broker import REDIS_SETTINGS, place

PACKAGE = "rq"
SETTINGS = f"worker pool, a fork a job (its default), no results kept, {REDIS_SETTINGS}"
_redis = Redis(unix_socket_path=place())
_queue = Queue(connection=_redis)


def nothing() -> None:
    """The job."""


def worker(processes: int, broker: str) -> list[str]:
    flags = ["--num-workers", str(processes), "--logging-level", "ERROR"]
    return ["rq.cli", "worker-pool", "--url", f"unix://{broker}", *flags]


def enqueue() -> None:
    _queue.enqueue(nothing, result_ttl=0)


def left() -> int:
    return int(_queue.count) + int(_queue.started_job_registry.get_job_count(cleanup=False))
