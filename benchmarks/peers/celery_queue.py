"""Celery: prefork, Redis, late acknowledgement."""

from celery import Celery
from redis import Redis

from benchmarks.peers.broker import REDIS_SETTINGS, place

PACKAGE = "celery"
_PREFETCH = 128
WORKER_SETTINGS = (
    f"prefork, acks_late, prefetch multiplier {_PREFETCH} (its advice for many short tasks), no "
    "results, no rate limits, no gossip, mingle or heartbeat"
)
SETTINGS = f"{WORKER_SETTINGS}; {REDIS_SETTINGS}"
app = Celery("bench", broker=f"redis+socket://{place()}")
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=_PREFETCH,
    worker_disable_rate_limits=True,
    broker_connection_retry_on_startup=True,
    broker_pool_limit=16,
)


@app.task
def nothing() -> None:
    """The job."""


def worker(processes: int, broker: str, module: str = __name__) -> list[str]:
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=ERROR"]
    pool = ["--pool=prefork", f"--concurrency={processes}"]
    return ["celery", "-A", module, "worker", *pool, *quiet]


def enqueue() -> None:
    nothing.delay()


def left() -> int:
    redis = Redis(unix_socket_path=place())
    return int(redis.llen("celery")) + int(redis.hlen("unacked"))
